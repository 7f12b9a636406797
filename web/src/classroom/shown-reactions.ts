/** Reactions that are to be seen now: one line for each kind, however many people react. */

import { Store } from "../media/store";
import type { Reaction } from "../protocol/classroom";

export interface Group {
  readonly reaction: Reaction;
  /** The latest first; each person once. */
  readonly names: readonly string[];
}

/** How long a line stays after its last reaction, milliseconds. */
const TIME = 5000;

export class Shown {
  readonly groups = new Store<readonly Group[]>([]);
  private readonly timers = new Map<Reaction, ReturnType<typeof setTimeout>>();

  /** Whether nobody showed this reaction a moment ago. */
  add(reaction: Reaction, name: string): boolean {
    const groups = this.groups.get();
    const before = groups.find((group) => group.reaction === reaction)?.names ?? [];
    const group = { reaction, names: [name, ...before.filter((other) => other !== name)] };
    const known = before.length > 0;
    this.groups.set(known ? groups.map((other) => (other.reaction === reaction ? group : other)) : [...groups, group]);
    clearTimeout(this.timers.get(reaction));
    this.timers.set(reaction, setTimeout(() => this.remove(reaction), TIME));
    return !known;
  }

  clear(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.groups.set([]);
  }

  private remove(reaction: Reaction): void {
    this.timers.delete(reaction);
    this.groups.set(this.groups.get().filter((group) => group.reaction !== reaction));
  }
}
