/** What stands where on the stage: from the people and a choice to a composition. Pure. */

import type { CallPart } from "../protocol/classroom";
import type { Person, Picture } from "./port";

/** "auto": tiles, and a shared screen large while there is one. */
export type LayoutName = "auto" | "tiles" | "speaker" | "screen";

export interface LayoutChoice {
  readonly layout: LayoutName;
  /** Do as the teacher set it, while the teacher sets something. */
  readonly follow: boolean;
  /** Whose picture is large for this person, whatever the teacher set; "" = nobody's. */
  readonly pinned: string;
  /** Who stays in sight in a window of their own beside any layout (a sign language interpreter); "" = nobody. */
  readonly kept: string;
}

export const FIRST_CHOICE: LayoutChoice = { layout: "auto", follow: true, pinned: "", kept: "" };

export interface Large {
  readonly person: Person;
  readonly picture: Picture;
}

export interface Composition {
  /** One picture over most of the stage, the others aside; null: all tiles alike. */
  readonly large: Large | null;
  /** Who has a tile, beside the large picture or in the grid. */
  readonly tiles: readonly Person[];
  /** Shared screens that stand among the tiles. */
  readonly screens: readonly Person[];
  readonly kept: Person | null;
  /** The teacher decides what is shown here. */
  readonly led: boolean;
}

interface Scene {
  readonly people: readonly Person[];
  readonly choice: LayoutChoice;
  /** What the teacher set; null = nothing. */
  readonly lead: Pick<CallPart, "layout" | "pinned"> | null;
  /** The shared screen that this person chose among several; "" = none. */
  readonly screen: string;
  /** Who speaks or spoke last; "" = nobody yet. */
  readonly speaker: string;
}

export function compose({ people, choice, lead, screen, speaker }: Scene): Composition {
  const led = choice.follow && choice.pinned === "" && lead !== null && (lead.layout !== null || lead.pinned !== "");
  const layout = led ? (lead.layout ?? "auto") : choice.layout;
  const pinned = led ? lead.pinned : choice.pinned;
  const screens = people.filter((person) => person.screen && !person.own);
  const kept = people.find((person) => person.identity === choice.kept) ?? null;
  const large = largeOf(layout, find(people, pinned), find(screens, screen) ?? screens.at(-1), find(people, speaker));
  const tiles = large?.picture === "camera" ? people.filter((person) => person !== large.person) : people;
  return {
    large,
    tiles: large ? sharerFirst(tiles, large) : tiles,
    screens: large?.picture === "screen" ? [] : screens,
    kept: large?.picture === "camera" && kept === large.person ? null : kept,
    led,
  };
}

function find(people: readonly Person[], identity: string): Person | undefined {
  return identity === "" ? undefined : people.find((person) => person.identity === identity);
}

function largeOf(
  layout: LayoutName,
  pinned: Person | undefined,
  screen: Person | undefined,
  speaker: Person | undefined,
): Large | null {
  if (pinned) return { person: pinned, picture: "camera" };
  switch (layout) {
    case "tiles":
      return null;
    case "speaker":
      return speaker ? { person: speaker, picture: "camera" } : null;
    case "auto":
    case "screen":
      return screen ? { person: screen, picture: "screen" } : null;
  }
}

/** Beside a shared screen stands the face of whoever shows it. */
function sharerFirst(tiles: readonly Person[], large: Large): readonly Person[] {
  if (large.picture !== "screen") return tiles;
  return [large.person, ...tiles.filter((person) => person !== large.person)];
}

/** Who is large in the speaker's layout: whoever speaks stays until somebody else does and they do not. */
export function speakerOf(people: readonly Person[], previous: string): string {
  const others = people.filter((person) => !person.own);
  if (others.some((person) => person.identity === previous && person.speaking)) return previous;
  const speaking = others.find((person) => person.speaking);
  if (speaking) return speaking.identity;
  if (others.some((person) => person.identity === previous)) return previous;
  const first = others.reduce<Person | undefined>((a, b) => (a === undefined || b.spokeAt > a.spokeAt ? b : a), undefined);
  return first?.identity ?? "";
}

const NAMES: ReadonlySet<unknown> = new Set<LayoutName>(["auto", "tiles", "speaker", "screen"]);
const KEY = "zvonok.layout";

/** The layout chosen before in this browser; who was pinned is of that call only. */
export function loadLayout(storage: Pick<Storage, "getItem"> | null): LayoutChoice {
  try {
    const kept = JSON.parse(storage?.getItem(KEY) ?? "null") as { layout?: unknown; follow?: unknown } | null;
    return {
      ...FIRST_CHOICE,
      layout: NAMES.has(kept?.layout) ? (kept?.layout as LayoutName) : FIRST_CHOICE.layout,
      follow: typeof kept?.follow === "boolean" ? kept.follow : FIRST_CHOICE.follow,
    };
  } catch {
    return FIRST_CHOICE;
  }
}

export function saveLayout(storage: Pick<Storage, "setItem"> | null, { layout, follow }: LayoutChoice): void {
  try {
    storage?.setItem(KEY, JSON.stringify({ layout, follow }));
  } catch {
    // Storage is full or forbidden: the choice holds for this visit only.
  }
}
