/** What the end of a connection means: the call is over for this page, or it should enter again by itself. */

import type { ConnectionError } from "livekit-client";

import type { Ending } from "../call/port";
import { Problem } from "../protocol/problem";

/** DisconnectReason numbers of the LiveKit protocol after which coming back by itself would be wrong. */
const FINAL: Readonly<Record<number, Ending>> = {
  1: "left", // CLIENT_INITIATED
  2: "elsewhere", // DUPLICATE_IDENTITY
  4: "removed", // PARTICIPANT_REMOVED
  5: "ended", // ROOM_DELETED
  10: "ended", // ROOM_CLOSED
};

/** The ending, or null when the page should enter again: a restart, a lost network, a token that grew old. */
export function endingOf(reason: number | undefined): Ending | null {
  return reason === undefined ? null : (FINAL[reason] ?? null);
}

/** How the server refuses one more person: the client library keeps the status and this text, nothing else. */
const FULL_STATUS = 403;
const FULL_TEXT = "the room is full";

/** The ending behind a failure to get in, or null when another try may help. */
export function endingOfFailure(error: unknown): Ending | null {
  if (error instanceof Problem) return endingOfProblem(error);
  if (!(error instanceof Error)) return null;
  const { status } = error as Partial<ConnectionError>;
  // Somebody who meets a room that became full in this very moment learns it at the next try.
  return status === FULL_STATUS && error.message.includes(FULL_TEXT) ? "full" : null;
}

/** The ending behind a refusal to enter, or null when asking again may help. */
export function endingOfProblem(problem: Problem): Ending | null {
  if (problem.passing) return null;
  return problem.code === "call_not_running" ? "ended" : problem.code;
}
