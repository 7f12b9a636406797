/** A problem in words: what is wrong and what to do next. */

import type { Problem } from "../protocol/problem";
import { account } from "../words/account";
import { remaining } from "./countdown";

const texts: Readonly<Record<string, unknown>> = account.problem;

function baseOf(problem: Problem): string {
  const known = texts[problem.reason];
  if (typeof known === "string" && problem.reason !== "other") return known;
  if (problem.status === 0) return account.problem.offline;
  if (problem.status >= 500) return account.problem.server;
  if (problem.status === 404) return account.problem.not_found;
  if (problem.status === 403) return account.problem.forbidden;
  if (problem.status === 401) return account.problem.session_missing;
  if (problem.status === 429) return account.problem.too_many_tries;
  return problem.status === 422 ? account.problem.body_invalid : account.problem.other;
}

/** The sentence for a problem, with the tries left and the time to wait where the server tells them. */
export function wordsFor(problem: Problem, now: number = Date.now()): string {
  const { tries_left: tries, retry_at: retry } = problem.members;
  const parts = [baseOf(problem)];
  if (typeof tries === "number" && tries > 0) parts.push(account.problem.triesLeft(tries));
  if (typeof retry === "string") {
    const left = remaining(retry, now);
    if (left > 0) parts.push(account.problem.retryAt(inWords(left)));
  }
  return parts.join(" ");
}

/** Seconds as people say them: «45 с», «15 мин». */
export function inWords(seconds: number): string {
  return seconds < 90 ? account.common.seconds(seconds) : account.common.minutes(Math.ceil(seconds / 60));
}
