/** Made-up classes in rooms for tests and the gallery. */

import { EMPTY_CLASS, type ClassState } from "../../src/classroom/port";
import type { BreakoutRoom, Person, Phase, RoomsPart } from "../../src/protocol/classroom";
import { callPart, classPerson, roomsPart, youPart } from "./fake-class";

const FIRST = ["Илья", "Полина", "Артём", "Мария", "Тимур", "Алиса", "Егор", "София", "Матвей", "Вероника"];
const LAST = ["Абрамо", "Борисо", "Васильео", "Громо", "Денисо", "Ефимо", "Жуко", "Зайцео", "Ильино", "Королё"];

function nameOf(index: number): string {
  const first = FIRST[index % FIRST.length] ?? "";
  const last = LAST[Math.floor(index / FIRST.length) % LAST.length] ?? "";
  return `${last}в${index % 2 ? "а" : ""} ${first}`.replace("ео", "е");
}

export function room(fields: Partial<BreakoutRoom> = {}): BreakoutRoom {
  return { id: 1, name: "Зал 1", open: false, people: [], called_at: null, names: [], ...fields };
}

interface InRooms {
  readonly people: number;
  readonly rooms: number;
  readonly phase: Phase;
  /** How many of the people belong to a room. */
  readonly placed?: number;
  readonly fields?: Partial<RoomsPart>;
}

/** A teacher's view: people share the rooms in turn; every seventh is away, every eleventh on the way. */
export function inRooms({ people: count, rooms: many, phase, placed = count, fields = {} }: InRooms): ClassState {
  const running = phase === "open" || phase === "closing";
  const people: Person[] = Array.from({ length: count }, (_, index) => {
    const assigned = many > 0 && index < placed ? 1 + (index % many) : 0;
    const present = index % 7 !== 6;
    const there = running && present && index % 11 !== 10;
    return classPerson({ identity: `p${index}`, name: nameOf(index), present, assigned, room: there ? assigned : 0 });
  });
  const rooms = Array.from({ length: many }, (_, index) =>
    room({
      id: index + 1,
      name: `Зал ${index + 1}`,
      open: running,
      people: people.filter((person) => person.assigned === index + 1).map((person) => person.identity),
      called_at: running && (index === 1 || index === 3) ? Date.now() / 1000 - 40 * (index + 1) : null,
    }),
  );
  const teacher = classPerson({ identity: "t", name: "Иванова Анна Сергеевна", role: "administrator", moderator: true });
  return {
    ...EMPTY_CLASS,
    connected: true,
    call: callPart(),
    you: youPart({ identity: "t", name: teacher.name, role: "administrator", moderator: true }),
    people: [teacher, ...people],
    rooms: roomsPart({ phase, rooms, kept: ["Лабораторные, по четыре", "Сильные и слабые вместе"], ...fields }),
  };
}
