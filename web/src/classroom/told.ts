/** What happens to the person in the class, as sentences. */

import type { ClassState, Happening } from "./port";
import type { Rights, YouPart } from "../protocol/classroom";
import { classroom } from "../words/classroom";

const { told, rightsGiven, rightsTaken } = classroom;

/** The sentence about something that is told once; null when another part of the page tells it. */
export function sentenceOf(happening: Happening): string | null {
  if (happening.is === "reacted") return null;
  switch (happening.what) {
    case "hand_lowered":
      return happening.by ? told.handLoweredBy(happening.by) : told.handLowered;
    case "camera_stopped":
      return told.cameraStopped;
    case "screen_stopped":
      return told.screenStopped;
    case "muted": // The media tell it, whoever muted.
    case "asked_to_unmute": // A dialog asks.
    case "rooms_close_soon": // Breakout rooms tell these two.
    case "told":
      return null;
  }
}

const RIGHTS: readonly (keyof Rights)[] = ["microphone", "unmute", "camera", "screen", "board", "chat", "hand"];

/** Sentences about what the person may do now and could not before, or the other way round. */
export function changesOfRights(before: YouPart, after: YouPart): string[] {
  if (before.moderator !== after.moderator) return [after.moderator ? told.moderator : told.noModerator];
  if (after.moderator) return [];
  const changed = RIGHTS.filter((right) => before.rights[right] !== after.rights[right]);
  // Who may not send sound at all need not be told who may switch it on.
  const silent = changed.includes("microphone") || !after.rights.microphone;
  return changed
    .filter((right) => right !== "unmute" || !silent)
    .map((right) => (after.rights[right] ? rightsGiven : rightsTaken)[right]);
}

/** What moderators should hear of: hands and people at the door that were not there before. */
export function newcomers(before: ClassState, after: ClassState): { hands: string[]; waiting: string[] } {
  const raised = new Set(before.hands.map(({ identity }) => identity));
  const waited = new Set(waitingOf(before).map(({ identity }) => identity));
  return {
    hands: after.hands.filter(({ identity }) => !raised.has(identity) && identity !== after.you?.identity).map(({ name }) => name),
    waiting: waitingOf(after).filter(({ identity }) => !waited.has(identity)).map(({ name }) => name),
  };
}

export function waitingOf(state: Pick<ClassState, "people">): ClassState["people"] {
  return state.people.filter(({ standing }) => standing === "lobby");
}
