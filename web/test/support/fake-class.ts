/** A class without a server: keeps what was asked of it, and lets tests say what happens. */

import { EMPTY_CLASS, type Answer, type Ask, type ClassPort, type ClassState, type Happening } from "../../src/classroom/port";
import type { CallPart, Person, Rights, RoomsPart, YouPart } from "../../src/protocol/classroom";
import { Store } from "../../src/media/store";

export class FakeClass implements ClassPort {
  readonly state: Store<ClassState>;
  readonly asked: Ask[] = [];
  answer: Answer = { done: true, token: "" };
  private readonly listeners = new Set<(happening: Happening) => void>();

  constructor(fields: Partial<ClassState> = {}) {
    this.state = new Store<ClassState>({ ...EMPTY_CLASS, connected: true, call: callPart(), you: youPart(), ...fields });
  }

  ask(request: Ask): Promise<Answer> {
    this.asked.push(request);
    return Promise.resolve(this.answer);
  }

  listen(listener: (happening: Happening) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  happen(happening: Happening): void {
    for (const listener of this.listeners) listener(happening);
  }
}

export function rights(fields: Partial<Rights> = {}): Rights {
  return { microphone: true, unmute: true, camera: true, screen: false, board: false, chat: true, hand: true, ...fields };
}

export function callPart(fields: Partial<CallPart> = {}): CallPart {
  return { id: "c1", title: "Математика", student: rights(), parent: rights(), lobby: false, layout: null, pinned: "", ...fields };
}

export function youPart(fields: Partial<YouPart> = {}): YouPart {
  return {
    identity: "p1",
    name: "Петров Илья",
    role: "student",
    moderator: false,
    standing: "in",
    rights: rights(),
    room: 0,
    room_name: "",
    assigned: 0,
    camera_hidden: false,
    may_unmute: false,
    called_teacher: false,
    speaking_to: [],
    ...fields,
  };
}

export function classPerson(fields: Partial<Person> = {}): Person {
  return {
    identity: "p1",
    name: "Петров Илья",
    role: "student",
    present: true,
    standing: "in",
    moderator: false,
    room: 0,
    assigned: 0,
    rights: null,
    camera_hidden: false,
    ...fields,
  };
}

export function roomsPart(fields: Partial<RoomsPart> = {}): RoomsPart {
  return { phase: "none", mode: "manual", seed: null, ends_at: null, rooms: [], kept: [], ...fields };
}
