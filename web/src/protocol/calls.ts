/** The requests of a call's page: what is this call, let me in, let me prepare it. All raise `Problem`. */

import { Problem } from "./problem";
import { read, send } from "./request";

export type Role = "teacher" | "student" | "parent";

export interface Call {
  readonly id: string;
  readonly title: string;
  readonly status: "planned" | "running" | "ended";
  readonly class_title: string;
  readonly subject_title: string;
  readonly lesson_no: number | null;
  /** RFC 3339 date and time. */
  readonly starts_at: string;
  readonly person: { readonly identity: string; readonly name: string; readonly role: Role };
  readonly administrator: boolean;
  /** Where a learning platform wants people to go afterwards; absent for a journal's lessons. */
  readonly leave_url?: string | null;
}

export interface Entry {
  /** A LiveKit access token, good for a few minutes until used. */
  readonly token: string;
  readonly call: Call;
}

/**
 * Lets answers for one person through, the first that one is for. Another tab of this browser may have brought another
 * person since: nobody must enter in the name of somebody else than the page says.
 */
export function onePerson(): (call: Call) => Call {
  let identity: string | null = null;
  return (call) => {
    identity ??= call.person.identity;
    if (identity !== call.person.identity) throw new Problem("session_missing", 401, "somebody else entered meanwhile");
    return call;
  };
}

export function getCall(id: string, signal?: AbortSignal): Promise<Call> {
  return read(`/api/calls/${encodeURIComponent(id)}`, signal);
}

export function enterCall(id: string, signal?: AbortSignal): Promise<Entry> {
  return send("POST", `/api/calls/${encodeURIComponent(id)}/enter`, {}, signal);
}

/** For those who lead a call that does not run yet: a token for the class's socket only. */
export function prepareCall(id: string, signal?: AbortSignal): Promise<Entry> {
  return send("POST", `/api/calls/${encodeURIComponent(id)}/prepare`, {}, signal);
}
