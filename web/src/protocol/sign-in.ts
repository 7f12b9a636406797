/** The requests of the sign-in wizard. The server keeps the state; every answer is the whole of it. All raise `Problem`. */

import type { PersonalData } from "./people";
import { read, send, withQuery } from "./request";

export type StepName = "phone" | "code" | "password" | "form" | "consent" | "done";

export interface ConsentText {
  readonly version: string;
  readonly text: string;
  /** "parent_needed": the person is under 14, a parent confirms in the parent's own profile. */
  readonly for: "self" | "parent_needed";
}

export interface SignInState {
  readonly step: StepName;
  /** The steps this person goes through, in order. */
  readonly steps: readonly StepName[];
  /** The number as it may be shown: «+7 912 ***-**-89». */
  readonly phone: string | null;
  /** RFC 3339 moments. */
  readonly resend_at: string | null;
  readonly code_expires_at: string | null;
  readonly tries_left: number | null;
  readonly prefill: PersonalData | null;
  readonly consent: ConsentText | null;
  readonly providers: readonly { readonly id: string; readonly title: string }[];
  /** A path of our own origin. */
  readonly next: string;
  /** Whom to ask for help, in the words of who runs this server; "" when they have none. */
  readonly support?: string;
}

export type Intent = "continue" | "create";

const post = (what: string, body: object = {}) => send<SignInState>("POST", `/api/sign-in/${what}`, body);

export const signIn = {
  state: (next: string, link: string | null) => read<SignInState>(withQuery("/api/sign-in", { next, link })),
  phone: (phone: string, intent: Intent) => post("phone", { phone, intent }),
  code: (code: string) => post("code", { code }),
  resend: () => post("resend"),
  password: (password: string, phone: string | null) => post("password", phone === null ? { password } : { phone, password }),
  back: () => post("back"),
  form: (data: PersonalData) => post("form", data),
  consent: (version: string) => post("consent", { version, accepted: true }),
};

export type SignInServer = typeof signIn;
