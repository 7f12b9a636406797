/** Selecting, dragging and moving people on the board; what was asked of the server is its word to show. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { useClass } from "../classroom/context";
import { roomsWords as words } from "../words/rooms";
import type { Board } from "./arrange";
import { useSay } from "./say";
import { directionOf, personAfter, roomAfter, type List } from "./steps";

export interface Handling {
  toggle(identity: string): void;
  /** The person has the focus now. */
  focus(identity: string): void;
  /** A drag of the person begins; of everybody selected, if they are. */
  lift(identity: string): void;
  /** The drag ends over a room, 0: over those without one, null: nowhere. */
  drop(room: number | null): void;
  /** Moves everybody selected. */
  moveSelected(room: number): void;
  clear(): void;
  /** A press is the person's own choice of focus: nothing is to be brought back after it. */
  settle(): void;
  /** A key on a person; true if it meant something. */
  key(identity: string, key: string, shift: boolean): boolean;
}

export interface Handled {
  readonly selected: ReadonlySet<string>;
  readonly focused: string | null;
  /** Somebody is being dragged. */
  readonly dragging: boolean;
  /** To be focused wherever they are next. */
  readonly refocus: React.RefObject<string | null>;
  readonly handling: Handling;
}

export function listsOf(board: Board): List[] {
  const list = (room: number, people: Board["rest"]): List => ({ room, people: people.map((person) => person.identity) });
  return [list(0, board.rest), ...board.rooms.map((view) => list(view.room.id, view.people))];
}

const NOBODY: ReadonlySet<string> = new Set();

export function useHandling(board: Board): Handled {
  const port = useClass();
  const say = useSay();
  const [selected, select] = useState(NOBODY);
  const [focused, setFocused] = useState<string | null>(null);
  const [lifted, setLifted] = useState<readonly string[]>([]);
  const refocus = useRef<string | null>(null);
  const move = useCallback(
    async (people: readonly string[], room: number) => {
      const { rooms, people: everybody } = port.state.get();
      const moving = everybody.filter((person) => people.includes(person.identity) && person.assigned !== room);
      if (moving.length === 0) return;
      const answers = await Promise.all(
        moving.map(({ identity }) => port.ask({ do: "assign", identity, room })),
      );
      const done = moving.filter((_, index) => answers[index]?.done);
      const [first] = done;
      if (!first) {
        say(words.board.refused);
        return;
      }
      const who = done.length === 1 ? first.name : words.board.someone(done.length);
      const name = rooms?.rooms.find((one) => one.id === room)?.name;
      say(name === undefined ? words.board.movedOut(who) : words.board.moved(who, name));
    },
    [port, say],
  );
  // What the acts below look at; they themselves stay the same, so that people who did not change are not drawn again.
  const latest = useRef({ board, lifted, selected });
  useEffect(() => {
    latest.current = { board, lifted, selected };
  });
  const handling = useMemo<Handling>(
    () => ({
      toggle: (identity) =>
        select((before) => {
          const after = new Set(before);
          if (!after.delete(identity)) after.add(identity);
          return after;
        }),
      focus: setFocused,
      lift: (identity) => {
        const chosen = latest.current.selected;
        setLifted(chosen.has(identity) ? [...chosen] : [identity]);
      },
      drop: (room) => {
        const moving = latest.current.lifted;
        setLifted([]);
        if (room === null || moving.length === 0) return;
        void move(moving, room);
        select(NOBODY);
      },
      moveSelected: (room) => {
        void move([...latest.current.selected], room);
        select(NOBODY);
      },
      clear: () => select(NOBODY),
      settle: () => {
        refocus.current = null;
      },
      key: (identity, key, shift) => {
        const lists = listsOf(latest.current.board);
        const step = directionOf(key);
        if (shift && step !== 0) {
          const room = roomAfter(lists, identity, step);
          refocus.current = identity;
          if (room !== null) void move([identity], room);
          return true;
        }
        const next = personAfter(lists, identity, key);
        refocus.current = next;
        if (next === null) return false;
        setFocused(next);
        return true;
      },
    }),
    [move],
  );
  return { selected, focused, dragging: lifted.length > 0, refocus, handling };
}
