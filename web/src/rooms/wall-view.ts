/** What stands on each tile of the wall. Values in, values out. */

import type { BreakoutRoom, Person } from "../protocol/classroom";
import { peopleIn } from "./arrange";
import type { WallPerson } from "./wall-port";

export interface TileView {
  readonly room: BreakoutRoom;
  /** Who is in the room now. */
  readonly people: readonly { readonly identity: string; readonly name: string }[];
  /** Whose picture stands for the room; null: nobody sends one. */
  readonly picture: string | null;
  readonly pictureKey: string;
  /** Who speaks now, by name. */
  readonly speaker: string | null;
}

/** A picture stays until its person was silent for so long while another spoke, milliseconds: each change costs a wait. */
const HOLD = 4000;

/**
 * Whoever spoke last with the camera on; where nobody spoke yet, the first with a camera. `shown` is whose picture it
 * was before.
 */
export function pictureOf(people: readonly WallPerson[], shown: string | null): WallPerson | null {
  const seen = people.filter((person) => person.camera);
  const latest = seen.reduce<WallPerson | null>((best, one) => (best && best.spokeAt >= one.spokeAt ? best : one), null);
  const before = seen.find((person) => person.identity === shown);
  if (!before || !latest) return latest;
  return before.speaking || latest.spokeAt - before.spokeAt <= HOLD ? before : latest;
}

/** Whose picture stands for which room. */
export type Pictures = ReadonlyMap<number, string | null>;

export function picturesOf(tiles: readonly TileView[]): Pictures {
  return new Map(tiles.map((tile) => [tile.room.id, tile.picture]));
}

export function samePictures(a: Pictures, b: Pictures): boolean {
  return a.size === b.size && [...a].every(([room, identity]) => b.get(room) === identity);
}

export function tilesOf(
  rooms: readonly BreakoutRoom[],
  people: readonly Person[],
  media: ReadonlyMap<string, WallPerson>,
  shown: Pictures,
): TileView[] {
  return rooms.map((room) => {
    const inside = room.open ? peopleIn(people, room.id).sort((a, b) => a.name.localeCompare(b.name)) : [];
    const sending = inside.flatMap((person) => media.get(person.identity) ?? []);
    const picture = pictureOf(sending, shown.get(room.id) ?? null);
    const speaking = sending.find((person) => person.speaking);
    return {
      room,
      people: inside.map(({ identity, name }) => ({ identity, name })),
      picture: picture?.identity ?? null,
      pictureKey: picture?.cameraKey ?? "",
      speaker: inside.find((person) => person.identity === speaking?.identity)?.name ?? null,
    };
  });
}

/** Whether two views look the same, so that a tile need not be drawn again. */
export function sameTile(a: TileView, b: TileView): boolean {
  return (
    a.room.id === b.room.id &&
    a.room.name === b.room.name &&
    a.room.open === b.room.open &&
    a.room.called_at === b.room.called_at &&
    a.picture === b.picture &&
    a.pictureKey === b.pictureKey &&
    a.speaker === b.speaker &&
    a.people.length === b.people.length &&
    a.people.every((person, index) => person.identity === b.people[index]?.identity)
  );
}

/** Smallest sizes of a tile, CSS pixels: as many rooms as possible in sight, and words on the buttons where there is room. */
const SMALL = { width: 196, height: 172 };
const LARGE = { width: 290, height: 216 };

export interface Fit {
  readonly large: boolean;
  readonly perPage: number;
}

/** How many of `count` tiles stand on a page of this size, and how large. */
export function fitOf(count: number, width: number, height: number): Fit {
  const held = (tile: typeof SMALL) =>
    Math.max(1, Math.floor(width / tile.width)) * Math.max(1, Math.floor(height / tile.height));
  const large = count <= held(LARGE) || width < 2 * SMALL.width;
  return { large, perPage: held(large ? LARGE : SMALL) };
}
