/** Who belongs where, in the order the panel shows it. Values in, values out. */

import type { BreakoutRoom, Person, RoomsPart } from "../protocol/classroom";

export interface RoomView {
  readonly room: BreakoutRoom;
  /** Who belongs to it, by name. */
  readonly people: readonly Person[];
  /** Those of them who are in it now. */
  readonly here: number;
}

export interface Board {
  readonly rooms: readonly RoomView[];
  /** Who belongs to no room. */
  readonly rest: readonly Person[];
}

/** Those whom a teacher may place: everybody but the administrator and whoever was removed. */
export function placeable(people: readonly Person[]): Person[] {
  return people
    .filter((person) => person.role !== "administrator" && person.standing !== "removed")
    .sort((a, b) => a.name.localeCompare(b.name));
}

export function boardOf(people: readonly Person[], rooms: readonly BreakoutRoom[]): Board {
  const known = new Set(rooms.map((room) => room.id));
  const byRoom = new Map<number, Person[]>();
  for (const person of placeable(people)) {
    const room = known.has(person.assigned) ? person.assigned : 0;
    byRoom.set(room, [...(byRoom.get(room) ?? []), person]);
  }
  return {
    rooms: rooms.map((room) => {
      const own = byRoom.get(room.id) ?? [];
      return { room, people: own, here: own.filter((person) => isIn(person, room.id)).length };
    }),
    rest: byRoom.get(0) ?? [],
  };
}

export function isIn(person: Person, room: number): boolean {
  return person.present && person.standing === "in" && person.room === room;
}

/** Everybody who is in a room now, whether they belong to it or visit. */
export function peopleIn(people: readonly Person[], room: number): Person[] {
  return people.filter((person) => isIn(person, room));
}

/** Rooms that wait for a teacher, the longest waiting first. */
export function queueOf(rooms: readonly BreakoutRoom[]): BreakoutRoom[] {
  return rooms
    .filter((room) => room.called_at !== null)
    .sort((a, b) => (a.called_at ?? 0) - (b.called_at ?? 0) || a.id - b.id);
}

/** How many a room gets at least and at most when `n` people are shared out evenly. */
export function evenly(n: number, rooms: number): { readonly least: number; readonly most: number } {
  return { least: Math.floor(n / rooms), most: Math.ceil(n / rooms) };
}

/** The smallest and the largest number of people in a room as it is now; null without rooms. */
export function spreadOf(rooms: readonly RoomView[]): { readonly least: number; readonly most: number } | null {
  if (rooms.length === 0) return null;
  const sizes = rooms.map((view) => view.people.length);
  return { least: Math.min(...sizes), most: Math.max(...sizes) };
}

/** Whether a search finds the name: all of its words begin some word of it, whatever the case and ё. */
export function found(name: string, search: string): boolean {
  const plain = (text: string) => text.toLocaleLowerCase().replaceAll("ё", "е").split(/\s+/).filter(Boolean);
  const parts = plain(name);
  return plain(search).every((wanted) => parts.some((part) => part.startsWith(wanted)));
}

export function isOpen(rooms: RoomsPart | null): boolean {
  return rooms?.phase === "open" || rooms?.phase === "closing";
}

/** What the person hears from whom they speak to: nobody, all open rooms, one, or some. */
export function audienceOf(
  speakingTo: readonly number[],
  rooms: readonly BreakoutRoom[],
): { readonly kind: "none" | "all" | "one" | "some"; readonly rooms: readonly BreakoutRoom[] } {
  const heard = rooms.filter((room) => room.open && speakingTo.includes(room.id));
  const open = rooms.filter((room) => room.open);
  if (heard.length === 0) return { kind: "none", rooms: heard };
  if (heard.length === 1 && open.length > 1) return { kind: "one", rooms: heard };
  return { kind: heard.length === open.length ? "all" : "some", rooms: heard };
}
