/** Tells the person in words what happens to them: moved, recalled soon, visited by a teacher. */

import { useEffect, useRef } from "react";

import { useCall, useCallState } from "../call/context";
import type { Person } from "../call/port";
import { useClass, useClassState } from "../classroom/context";
import { playCue } from "../classroom/cues";
import { roomsWords as words } from "../words/rooms";
import { isOpen } from "./arrange";
import { secondsTo } from "./clock";

export function useRoomNews(): void {
  useMoves();
  useWarnings();
  useTimeUp();
  useVisits();
  useCalls();
}

function useMoves(): void {
  const call = useCall();
  const room = useClassState((state) => state.you?.room ?? null);
  const name = useClassState((state) => state.you?.room_name ?? "");
  const before = useRef<number | null>(null);
  useEffect(() => {
    const moved = room !== null && before.current !== null && before.current !== room;
    // Somebody who comes to the call while rooms are open finds themselves in one.
    const arrived = before.current === null && room !== null && room !== 0;
    before.current = room;
    if (moved || arrived) call.announce(room === 0 ? words.pupil.inMain : words.pupil.inRoom(name), true);
  }, [call, room, name]);
}

/** «через минуту», «через 30 секунд». */
export function warningOf(seconds: number): string {
  return seconds >= 60 && seconds % 60 === 0 ? words.pupil.soonMinutes(seconds / 60) : words.pupil.soonSeconds(seconds);
}

function useWarnings(): void {
  const call = useCall();
  const port = useClass();
  useEffect(
    () =>
      port.listen((happening) => {
        if (happening.is !== "note" || happening.what !== "rooms_close_soon") return;
        call.announce(warningOf(happening.seconds ?? 0), true);
        playCue("timer");
      }),
    [call, port],
  );
}

/** A cue when the rooms' time is over. Who closes them at once, or takes the timer away, needs none. */
function useTimeUp(): void {
  const endsAt = useClassState((state) => (isOpen(state.rooms) ? (state.rooms?.ends_at ?? null) : null));
  const offset = useClassState((state) => state.clockOffset);
  const before = useRef<number | null>(null);
  useEffect(() => {
    const ended = before.current;
    before.current = endsAt;
    if (endsAt === null && ended !== null && secondsTo(ended, Date.now(), offset) <= 1) playCue("timer");
  }, [endsAt, offset]);
}

/** Teachers among the others of a room. */
export function teachersOf(people: readonly Person[]): Person[] {
  return people.filter((person) => !person.own && (person.role === "administrator" || person.role === "teacher"));
}

function useVisits(): void {
  const call = useCall();
  const people = useCallState((state) => state.people);
  const room = useClassState((state) => state.you?.room ?? 0);
  const moderator = useClassState((state) => state.you?.moderator ?? false);
  const known = useRef<{ room: number; teachers: ReadonlySet<string> }>({ room: 0, teachers: new Set() });
  useEffect(() => {
    const teachers = teachersOf(people);
    const before = known.current;
    known.current = { room, teachers: new Set(teachers.map((person) => person.identity)) };
    if (room === 0 || moderator || before.room !== room) return;
    for (const person of teachers) {
      if (!before.teachers.has(person.identity)) call.announce(words.pupil.came(person.name), true);
    }
  }, [call, people, room, moderator]);
}

/** For moderators: a room calls. */
function useCalls(): void {
  const call = useCall();
  const rooms = useClassState((state) => state.rooms);
  const moderator = useClassState((state) => state.you?.moderator ?? false);
  const calling = useRef<ReadonlySet<number>>(new Set());
  useEffect(() => {
    const now = (rooms?.rooms ?? []).filter((room) => room.called_at !== null);
    const before = calling.current;
    calling.current = new Set(now.map((room) => room.id));
    if (!moderator) return;
    for (const room of now) if (!before.has(room.id)) call.announce(words.queue.notice(room.name), true);
  }, [call, rooms, moderator]);
}
