/** Who is in the call and who is expected: the room's people and the class's list put together. */

import type { CallRole, Person } from "../call/port";
import type { Hand, Person as Member, Rights } from "../protocol/classroom";
import type { ClassState } from "./port";

/** One line of the list of people. */
export interface Row {
  readonly identity: string;
  readonly name: string;
  readonly role: CallRole | null;
  readonly own: boolean;
  /** What the person sends, when they are in the same room; null elsewhere. */
  readonly here: Media | null;
  /** The room they are in; 0 = the main room. */
  readonly room: number;
  readonly moderator: boolean;
  readonly coTeacher: boolean;
  readonly cameraHidden: boolean;
  /** null: those of the role, or not for this person to know. */
  readonly rights: Rights | null;
  /** Place in the queue of hands, from 1; 0 = the hand is down. */
  readonly hand: number;
}

export type Media = Pick<Person, "speaking" | "microphone" | "camera" | "screen" | "quality">;

export interface Roster {
  /** In the order of joining, who shares the room first. */
  readonly present: readonly Row[];
  /** By name. Moderators only. */
  readonly waiting: readonly Row[];
  readonly absent: readonly Row[];
}

export type Filter = "all" | "raised" | "not_raised";

function memberRow(member: Member, hands: ReadonlyMap<string, number>, own: boolean): Row {
  const { identity, name, role, room, moderator, rights } = member;
  return {
    identity,
    name,
    role,
    own,
    here: null,
    room,
    moderator,
    coTeacher: moderator && role !== "administrator",
    cameraHidden: member.camera_hidden,
    rights,
    hand: hands.get(identity) ?? 0,
  };
}

function guestRow({ identity, name, role, own }: Person, hands: ReadonlyMap<string, number>, room: number): Row {
  return {
    identity,
    name,
    role,
    own,
    here: null,
    room,
    moderator: role === "administrator",
    coTeacher: false,
    cameraHidden: false,
    rights: null,
    hand: hands.get(identity) ?? 0,
  };
}

export function rosterOf(people: readonly Person[], state: Pick<ClassState, "people" | "hands" | "you">): Roster {
  const hands = placesOf(state.hands);
  const members = new Map(state.people.map((member) => [member.identity, member]));
  const room = state.you?.room ?? 0;
  const here = people.map((person): Row => {
    const member = members.get(person.identity);
    const row = member ? memberRow(member, hands, person.own) : guestRow(person, hands, room);
    const { speaking, microphone, camera, screen, quality } = person;
    return { ...row, here: { speaking, microphone, camera, screen, quality } };
  });
  const shown = new Set(here.map(({ identity }) => identity));
  const others = state.people.filter(({ identity }) => !shown.has(identity)).sort(byName);
  const rowsOf = (which: (member: Member) => boolean) =>
    others.filter(which).map((member) => memberRow(member, hands, false));
  return {
    present: [...here, ...rowsOf(({ present, standing }) => present && standing === "in")],
    waiting: rowsOf(({ standing }) => standing === "lobby"),
    absent: rowsOf(({ present, standing }) => !present && standing !== "lobby"),
  };
}

/** Each raised hand's place in the queue, from 1. */
export function placesOf(hands: readonly Hand[]): Map<string, number> {
  return new Map(hands.map(({ identity }, index) => [identity, index + 1]));
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name);
}

/** Rows whose name has every word of `query`, each as the beginning of one of its words. */
export function found(rows: readonly Row[], query: string): readonly Row[] {
  const wanted = wordsOf(query);
  if (wanted.length === 0) return rows;
  return rows.filter(({ name }) => {
    const has = wordsOf(name);
    return wanted.every((word) => has.some((other) => other.startsWith(word)));
  });
}

/** Words to compare: «Ё» is typed as «Е» by many. */
function wordsOf(text: string): string[] {
  const plain = text.toLocaleLowerCase().replaceAll("ё", "е");
  return plain.split(/[\s-]+/u).filter((word) => word !== "");
}

/** Raised hands come first, in their order. «Кто не поднял» is asked of learners: teachers raise no hands. */
export function filtered(rows: readonly Row[], filter: Filter): readonly Row[] {
  const raised = rows.filter(({ hand }) => hand > 0).sort((a, b) => a.hand - b.hand);
  switch (filter) {
    case "raised":
      return raised;
    case "all":
      return [...raised, ...rows.filter(({ hand }) => hand === 0)];
    case "not_raised":
      return rows.filter((row) => row.hand === 0 && isPupil(row));
  }
}

export function isPupil({ role, moderator }: Pick<Row, "role" | "moderator">): boolean {
  return role === "student" && !moderator;
}
