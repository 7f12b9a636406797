/** Going from person to person, and moving a person from room to room, by keys. */

export interface List {
  /** 0: those without a room. */
  readonly room: number;
  readonly people: readonly string[];
}

const FORWARD: ReadonlySet<string> = new Set(["ArrowRight", "ArrowDown"]);
const BACK: ReadonlySet<string> = new Set(["ArrowLeft", "ArrowUp"]);

/** 1 or -1 for an arrow, 0 for other keys. */
export function directionOf(key: string): 1 | -1 | 0 {
  if (FORWARD.has(key)) return 1;
  return BACK.has(key) ? -1 : 0;
}

/** Whom a key leads to from `from`: across lists by arrows, to the ends of the own list by Home and End. */
export function personAfter(lists: readonly List[], from: string, key: string): string | null {
  const own = lists.find((list) => list.people.includes(from));
  if (!own) return null;
  if (key === "Home") return own.people[0] ?? null;
  if (key === "End") return own.people.at(-1) ?? null;
  const step = directionOf(key);
  if (step === 0) return null;
  const all = lists.flatMap((list) => list.people);
  return all[all.indexOf(from) + step] ?? null;
}

/** The room that somebody gets to by one step; null at the ends, and for people who are in no list. */
export function roomAfter(lists: readonly List[], person: string, step: 1 | -1): number | null {
  const at = lists.findIndex((list) => list.people.includes(person));
  return at < 0 ? null : (lists[at + step]?.room ?? null);
}
