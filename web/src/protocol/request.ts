/** One request to our own origin: JSON in, JSON out, `Problem` when it is refused or never arrives. */

import { Problem, problemOf } from "./problem";

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
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** The path with a query of the parameters that have a value. */
export function withQuery(path: string, parameters: Readonly<Record<string, string | null | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return request<T>(path, { headers: { Accept: "application/json" } }, signal);
}

/** A request that changes something. Always with a JSON body: that proves to the server that it comes from our page. */
export function send<T>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body: object = {},
  signal?: AbortSignal,
): Promise<T> {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  return request<T>(path, { method, headers, body: JSON.stringify(body) }, signal);
}
