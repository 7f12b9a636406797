/** The buttons of the call bar, in the order of the product description, and what each can do right now. */

import type { CallState, Source } from "./port";
import { words } from "../words";

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
  /** null = pressing works; otherwise what a press says instead. */
  readonly refusal: string | null;
  /** For switches: on or off; null for plain buttons. */
  readonly on: boolean | null;
  readonly pending: boolean;
  /** Stays on the bar of a phone; the others are under «Ещё». */
  readonly essential: boolean;
}

export type Panel = "participants" | "settings" | null;

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

const ESSENTIAL: ReadonlySet<BarKey> = new Set(["camera", "microphone", "leave", "participants"]);
const SOURCES: ReadonlySet<BarKey> = new Set<Source>(["camera", "microphone", "screen"]);
/** In their places, working from the next version on. */
const LATER: ReadonlySet<BarKey> = new Set(["board", "hand", "chat", "layout", "minimize", "maximize"]);

export interface BarInput {
  readonly state: Pick<CallState, "may" | "pending">;
  readonly on: Readonly<Record<Source, boolean>>;
  readonly panel: Panel;
  readonly teacher: boolean;
  readonly canShareScreen: boolean;
}

/** 12 buttons for a teacher, 11 for pupils and parents: the whiteboard is the teacher's. */
export function barItems(input: BarInput): BarItem[] {
  return ORDER.filter((key) => key !== "board" || input.teacher).map((key) => itemOf(key, input));
}

function itemOf(key: BarKey, input: BarInput): BarItem {
  const label = words.bar[key];
  const refusal = refusalOf(key, input);
  const base = { key, label, refusal, essential: ESSENTIAL.has(key) };
  if (isSource(key)) {
    const on = input.on[key];
    const hint = refusal ?? (on ? words.bar.turnOff[key] : words.bar.turnOn[key]);
    return { ...base, hint, on, pending: input.state.pending.includes(key) };
  }
  const on = key === "participants" || key === "settings" ? input.panel === key : null;
  const hint = LATER.has(key) ? `${label}: ${words.bar.later}` : label;
  return { ...base, hint, on, pending: false };
}

function isSource(key: BarKey): key is Source {
  return SOURCES.has(key);
}

function refusalOf(key: BarKey, { state, on, canShareScreen }: BarInput): string | null {
  if (LATER.has(key)) return words.bar.laterNotice(words.bar[key]);
  if (!isSource(key) || on[key]) return null;
  if (!state.may[key]) return words.bar[`${key}Forbidden`];
  return key === "screen" && !canShareScreen ? words.bar.screenUnsupported : null;
}
