/** The two requests the page makes: what is this call, and let me in. Both raise `Problem`. */

import { Problem, problemOf } from "./problem";

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
}

export interface Entry {
  /** A LiveKit access token, good for a few minutes until used. */
  readonly token: string;
  readonly call: Call;
}

/** A request without an answer for so long is given up, milliseconds: school networks swallow packets. */
const REQUEST_TIMEOUT = 15_000;

async function request<T>(path: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  const timer = setTimeout(abort, REQUEST_TIMEOUT);
  // AbortSignal.any would do this, but not in the browsers of older school computers.
  signal?.addEventListener("abort", abort);
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: "same-origin", cache: "no-store", signal: stop.signal });
  } catch (error) {
    throw new Problem("other", 0, String(error));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
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
  return request(`/api/calls/${encodeURIComponent(id)}`, { headers: { Accept: "application/json" } }, signal);
}

export function enterCall(id: string, signal?: AbortSignal): Promise<Entry> {
  const init = {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: "{}",
  };
  return request(`/api/calls/${encodeURIComponent(id)}/enter`, init, signal);
}
