/** Picks a pupil who has not been picked yet; when all have, everybody may be picked again. */

export interface Pick {
  readonly identity: string;
  /** Who has been picked in this round, with the one now. */
  readonly picked: readonly string[];
  /** How many are still to be picked in this round. */
  readonly left: number;
}

/** `dice` in 0..1 decides. null when nobody is there to pick. */
export function pickPupil(present: readonly string[], picked: readonly string[], dice: number): Pick | null {
  const open = present.filter((identity) => !picked.includes(identity));
  const again = open.length === 0;
  // In a new round the last one does not come twice in a row, unless they are alone.
  const last = picked.at(-1);
  const from = again ? present.filter((identity) => identity !== last || present.length === 1) : open;
  const identity = from[Math.min(Math.floor(dice * from.length), from.length - 1)];
  if (identity === undefined) return null;
  const round = again ? [] : picked;
  const now = [...round, identity];
  return { identity, picked: now, left: present.filter((other) => !now.includes(other)).length };
}
