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

/** How the server refuses one more person; browsers hand on the text of a refusal, and that alone tells it apart. */
const FULL_TEXT = "the room is full";
/** DisconnectReason of somebody who was let through and met a room that had become full. */
const JOIN_FAILURE = 7;

/** The ending behind a failure to get in, or null when another try may help. */
export function endingOfFailure(error: unknown): Ending | null {
  if (error instanceof Problem) return endingOfProblem(error);
  if (!(error instanceof Error)) return null;
  const { reasonName, message, context } = error as Partial<ConnectionError>;
  const full = reasonName === "NotAllowed" && message?.includes(FULL_TEXT);
  return full || (reasonName === "LeaveRequest" && context === JOIN_FAILURE) ? "full" : null;
}

/** The ending behind a refusal to enter, or null when asking again may help. */
export function endingOfProblem(problem: Problem): Ending | null {
  if (problem.passing) return null;
  return problem.code === "call_not_running" ? "ended" : problem.code;
}
