/** The buttons of the call bar, in the order of the product description, and what each can do right now. */

import { words } from "../words";
import { classroom } from "../words/classroom";
import type { Rights } from "../protocol/classroom";
import type { CallState, Source } from "./port";
import type { Panel } from "./view";

export type BarKey =
  | "screen"
  | "board"
  | "hand"
  | "camera"
  | "microphone"
  | "leave"
  | "chat"
  | "participants"
  | "layout"
  | "settings"
  | "minimize"
  | "maximize";

export interface BarItem {
  readonly key: BarKey;
  readonly label: string;
  /** What a press does now, or why nothing: the tooltip. */
  readonly hint: string;
  /** Said after the label to those who listen; "" when the label says all. */
  readonly detail: string;
  /** null = pressing works; otherwise what a press says instead. */
  readonly refusal: string | null;
  /** For switches: on or off; null for plain buttons. */
  readonly on: boolean | null;
  readonly pending: boolean;
  /** A short number at the icon; "" = none. */
  readonly badge: string;
  /** The key that does the same; "" = none. */
  readonly shortcut: string;
  /** Stays on the bar of a phone; the others are under «Ещё». */
  readonly essential: boolean;
}

/** What the class in the call means for the bar. */
export interface BarClass {
  /** null until the server told. */
  readonly rights: Rights | null;
  /** Was asked to unmute, and may. */
  readonly mayUnmute: boolean;
  readonly moderator: boolean;
  /** The own place in the queue of hands, from 1; 0 = the hand is down. */
  readonly place: number;
  /** Raised hands of others. */
  readonly hands: number;
  /** People in the lobby. */
  readonly waiting: number;
  readonly unread: number;
}

export interface BarInput {
  readonly state: Pick<CallState, "may" | "pending">;
  readonly on: Readonly<Record<Source, boolean>>;
  readonly panel: Panel | null;
  readonly teacher: boolean;
  readonly canShareScreen: boolean;
  readonly classroom: BarClass;
}

const ORDER: readonly BarKey[] = [
  "screen",
  "board",
  "hand",
  "camera",
  "microphone",
  "leave",
  "chat",
  "participants",
  "layout",
  "settings",
  "minimize",
  "maximize",
];

/** Latin letters as they stand on the keys, whatever the keyboard writes. */
export const SHORTCUTS: Partial<Readonly<Record<BarKey, string>>> = {
  microphone: "M",
  camera: "V",
  hand: "H",
  screen: "S",
  chat: "C",
  participants: "P",
  layout: "L",
};

const SOURCES: ReadonlySet<BarKey> = new Set<Source>(["camera", "microphone", "screen"]);
const PANELS: ReadonlySet<BarKey> = new Set<Panel & BarKey>(["chat", "participants", "layout", "settings"]);
/** Larger numbers do not fit a badge. */
const MOST_SHOWN = 99;

/** 12 buttons for a teacher, 11 for pupils and parents: the whiteboard is the teacher's. */
export function barItems(input: BarInput): BarItem[] {
  return ORDER.filter((key) => key !== "board" || input.teacher).map((key) => itemOf(key, input));
}

function itemOf(key: BarKey, input: BarInput): BarItem {
  const label = words.bar[key];
  const refusal = refusalOf(key, input);
  const news = newsOf(key, input.classroom);
  const on = stateOf(key, input);
  return {
    key,
    label,
    refusal,
    hint: refusal ?? news ?? pressOf(key, on) ?? label,
    detail: refusal ?? news ?? "",
    on,
    pending: isSource(key) && input.state.pending.includes(key),
    badge: badgeOf(key, input.classroom),
    shortcut: SHORTCUTS[key] ?? "",
    essential: isEssential(key, input.classroom.moderator),
  };
}

function isSource(key: BarKey): key is Source {
  return SOURCES.has(key);
}

/** A phone has room for five and «Ещё»: a pupil's hand counts more than the list of people. */
function isEssential(key: BarKey, moderator: boolean): boolean {
  if (key === "participants") return moderator;
  if (key === "hand") return !moderator;
  return key === "camera" || key === "microphone" || key === "leave" || key === "chat";
}

function stateOf(key: BarKey, { on, panel, classroom: { place } }: BarInput): boolean | null {
  if (isSource(key)) return on[key];
  if (key === "hand") return place > 0;
  if (key === "participants") return panel === "participants" || panel === "rights";
  return PANELS.has(key) ? panel === key : null;
}

/** What a press of a switch will do. */
function pressOf(key: BarKey, on: boolean | null): string | null {
  if (isSource(key)) return on ? words.bar.turnOff[key] : words.bar.turnOn[key];
  return key === "hand" && on ? classroom.bar.lower : null;
}

/** What the person should know without opening anything. */
function newsOf(key: BarKey, { place, unread, hands, waiting, moderator }: BarClass): string | null {
  if (key === "hand" && place > 0) return classroom.bar.queue(place);
  if (key === "chat" && unread > 0) return classroom.bar.unread(unread);
  if (key !== "participants" || !moderator) return null;
  const parts = [waiting > 0 ? classroom.bar.waiting(waiting) : "", hands > 0 ? classroom.bar.hands(hands) : ""];
  return parts.filter((part) => part !== "").join(", ") || null;
}

function badgeOf(key: BarKey, { place, unread, hands, waiting, moderator }: BarClass): string {
  const count = key === "hand" ? place : key === "chat" ? unread : key === "participants" && moderator ? hands + waiting : 0;
  if (count === 0) return "";
  return count > MOST_SHOWN ? `${MOST_SHOWN}+` : String(count);
}

function refusalOf(key: BarKey, input: BarInput): string | null {
  const { state, on, canShareScreen } = input;
  const { rights, mayUnmute, place } = input.classroom;
  if (key === "board") return classroom.bar.boardLater;
  if (key === "hand") return place === 0 && rights?.hand === false ? classroom.bar.handForbidden : null;
  if (!isSource(key) || on[key]) return null;
  if (!state.may[key]) return words.bar[`${key}Forbidden`];
  if (key === "microphone" && rights?.unmute === false && !mayUnmute) return classroom.bar.unmuteForbidden;
  return key === "screen" && !canShareScreen ? words.bar.screenUnsupported : null;
}
