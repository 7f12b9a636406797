/** RFC 9457 problem documents of our HTTP interface as typed errors. */

/** Codes the page has words for; every other failure is shown as "other". */
export type ProblemCode = "session_missing" | "not_invited" | "call_unknown" | "call_not_running" | "other";

const KNOWN: ReadonlySet<string> = new Set<ProblemCode>([
  "session_missing",
  "not_invited",
  "call_unknown",
  "call_not_running",
]);

/** A request that the server refused (`status` >= 400) or that never reached it (`status` 0). */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly status: number,
    detail = "",
  ) {
    super(detail || code);
    this.name = "Problem";
  }

  /** Asking again later may help: the network, the server or its load is at fault, not the request. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The problem a refused response tells of. A body that is no problem document counts as "other". */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const code = typeof fields.code === "string" && KNOWN.has(fields.code) ? (fields.code as ProblemCode) : "other";
  return new Problem(code, response.status, typeof fields.detail === "string" ? fields.detail : "");
}
