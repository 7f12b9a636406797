/** What a signed-in person sees first. All raise `Problem`. */

import type { Call, Role } from "./calls";
import type { ConsentState } from "./profile";
import { read, send } from "./request";

export interface Linked {
  readonly person: { readonly id: string; readonly name: string; readonly role: Role };
  readonly journal: { readonly title: string; readonly login_url: string | null };
  readonly school: string | null;
  readonly classes: readonly string[];
  readonly linked_at: string;
}

export interface HomeLesson {
  readonly call: string;
  readonly title: string;
  readonly full_title: string;
  readonly status: Call["status"];
  readonly starts_at: string;
  /** May the person enter now? */
  readonly join: boolean;
  readonly person_name: string;
  readonly class_title: string;
  readonly subject_title: string;
}

/** A child under 14 who waits for a parent's consent. */
export interface ConsentNeeded {
  readonly profile: string;
  readonly name: string;
  readonly birth_date: string;
  readonly text: string;
  readonly version: string;
}

/** A child under 14 for whom a parent has consented. */
export interface ConsentGiven {
  readonly profile: string;
  readonly name: string;
  readonly birth_date: string;
  readonly version: string;
  readonly at: string;
}

export interface Home {
  readonly profile: {
    readonly id: string;
    readonly family_name: string;
    readonly given_name: string;
    readonly patronymic: string | null;
    readonly consent: ConsentState;
  };
  readonly links: readonly Linked[];
  readonly can_connect: boolean;
  readonly lessons: readonly HomeLesson[];
  readonly administers: readonly { readonly id: string; readonly name: string }[];
  readonly heads: readonly { readonly id: string; readonly title: string; readonly school: string }[];
  readonly consent_needed: readonly ConsentNeeded[];
  readonly consent_given: readonly ConsentGiven[];
}

export const getHome = (signal?: AbortSignal) => read<Home>("/api/home", signal);
export const confirmForChild = (profile: string, version: string) =>
  send<unknown>("POST", "/api/home/consents", { profile, version, accepted: true });
export const withdrawForChild = (profile: string) => send<unknown>("POST", "/api/home/consents/withdraw", { profile });

export interface SentMessage {
  readonly at: string;
  readonly phone: string;
  readonly text: string;
}

/** The demo's text messages, newest first. */
export const getOutbox = async (signal?: AbortSignal) =>
  (await read<{ data: readonly SentMessage[] }>("/api/demo/outbox", signal)).data;
