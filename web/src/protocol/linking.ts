/** Joining a profile with a person of a journal, and invite links to a call. All raise `Problem`. */

import type { Call, Role } from "./calls";
import type { NamedPerson } from "./people";
import { read, send } from "./request";

export interface Region {
  readonly region: string;
  readonly journals: readonly { readonly id: string; readonly title: string; readonly logo: string | null }[];
}

export interface LinkCode {
  readonly code: string;
  /** The journal's address with the code in it. */
  readonly url: string;
  readonly expires_at: string;
  readonly qr_svg?: string | null;
}

export interface LinkSession {
  readonly state: "open" | "used" | "expired" | "linked_already";
  readonly person: NamedPerson;
  readonly school: string | null;
  readonly class_titles: readonly string[];
  readonly journal: { readonly title: string };
  readonly expires_at: string;
  /** Does the profile's name fit the person's? Absent while nobody is signed in. */
  readonly profile_matches?: boolean | null;
}

export interface LinkDone {
  readonly role: Role;
  readonly next: string | null;
}

const at = (code: string) => `/api/link-sessions/${encodeURIComponent(code)}`;

export const getJournals = async () => (await read<{ data: readonly Region[] }>("/api/journals")).data;
export const makeLinkCode = (journal: string) => send<LinkCode>("POST", "/api/link-codes", { journal });
export const getLinkSession = (code: string) => read<LinkSession>(at(code));
export const acceptLink = (code: string) => send<LinkDone>("POST", `${at(code)}/accept`);

export interface Invite {
  readonly call: Pick<Call, "id" | "title" | "status" | "starts_at"> | null;
  readonly state: "open" | "expired" | "used_up" | "unknown";
  readonly signed_in: { readonly name: string } | null;
  /** May people without a profile enter by name? */
  readonly guests: boolean;
}

const invite = (token: string) => `/api/invites/${encodeURIComponent(token)}`;

export const getInvite = (token: string) => read<Invite>(invite(token));
export const enterByInvite = (token: string, name: string | null) =>
  send<{ readonly call: string }>("POST", `${invite(token)}/enter`, name === null ? {} : { name });
