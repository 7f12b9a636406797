/** RFC 9457 problem documents of our HTTP interface as typed errors. */

/** Codes the call's page has words for; every other failure is shown there as "other". */
export type ProblemCode = "session_missing" | "not_invited" | "call_unknown" | "call_not_running" | "other";

const KNOWN: ReadonlySet<string> = new Set<ProblemCode>([
  "session_missing",
  "not_invited",
  "call_unknown",
  "call_not_running",
]);

/** A field of a form that the server refused, and its stable code. */
export interface FieldProblem {
  readonly field: string;
  readonly code: string;
}

/** A request that the server refused (`status` >= 400) or that never reached it (`status` 0). */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly status: number,
    detail = "",
    /** The server's own code, also where the call's page knows it as "other" only. */
    readonly reason: string = code,
    /** The other members of the problem document. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || code);
    this.name = "Problem";
  }

  /** Asking again later may help: the network, the server or its load is at fault, not the request. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** The fields that were refused; none when it is about something else. */
  get fields(): readonly FieldProblem[] {
    return Array.isArray(this.members.errors) ? (this.members.errors as FieldProblem[]) : [];
  }
}

/** Whatever was thrown as a Problem. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem("other", 0, String(error));
}

/** The problem a refused response tells of. A body that is no problem document counts as "other". */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const reason = typeof fields.code === "string" ? fields.code : "other";
  const code = KNOWN.has(reason) ? (reason as ProblemCode) : "other";
  return new Problem(code, response.status, typeof fields.detail === "string" ? fields.detail : "", reason, fields);
}
