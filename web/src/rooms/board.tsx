/** The rooms with their people, and those without a room: drag, or select and move. */

import { Icon20Add, Icon20Cancel, Icon20Search } from "@vkontakte/icons";
import { useEffect, useId, useMemo, useRef, useState } from "react";

import { useClass, useClassState } from "../classroom/context";
import { MAX_ROOMS, type BreakoutRoom } from "../protocol/classroom";
import { roomsWords as words } from "../words/rooms";
import { boardOf, found, isOpen, type Board as BoardView } from "./arrange";
import { Chip } from "./chip";
import { useHandling, type Handled } from "./handling";
import { Press } from "./press";
import { RoomCard } from "./room-card";

const NO_ROOMS: readonly BreakoutRoom[] = [];

export function Board() {
  const people = useClassState((state) => state.people);
  const rooms = useClassState((state) => state.rooms?.rooms ?? NO_ROOMS);
  const running = useClassState((state) => isOpen(state.rooms));
  const board = useMemo(() => boardOf(people, rooms), [people, rooms]);
  const handled = useHandling(board);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const wanted = handled.refocus.current;
    if (wanted === null) return;
    const chips = root.current?.querySelectorAll<HTMLElement>("[data-person]") ?? [];
    const chip = [...chips].find((element) => element.dataset.person === wanted);
    // Whoever has the focus elsewhere by now keeps it.
    const { activeElement } = document;
    const free = activeElement === document.body || (activeElement as HTMLElement | null)?.dataset.person !== undefined;
    if (chip && free && chip !== activeElement) chip.focus();
  });
  return (
    <div
      className="board"
      ref={root}
      onKeyDown={(event) => {
        const target = event.target instanceof HTMLElement ? event.target.dataset.person : undefined;
        if (target === undefined) return;
        if (event.key === "Escape" && handled.selected.size > 0) {
          event.stopPropagation();
          handled.handling.clear();
        } else if (handled.handling.key(target, event.key, event.shiftKey)) event.preventDefault();
      }}
      onPointerDown={() => handled.handling.settle()}
    >
      <Rest board={board} handled={handled} running={running} />
      <ul className="board__rooms">
        {board.rooms.map((view) => (
          <RoomCard key={view.room.id} view={view} handled={handled} running={running} />
        ))}
        {rooms.length < MAX_ROOMS && <AddRoom name={freeName(rooms)} />}
      </ul>
      {handled.selected.size > 0 && <MoveBar rooms={rooms} handled={handled} />}
    </div>
  );
}

/** The first number from their count on that no room has. */
function freeName(rooms: readonly BreakoutRoom[]): string {
  const taken = new Set(rooms.map((room) => room.name));
  let number = rooms.length + 1;
  while (taken.has(words.numbered(number))) number += 1;
  return words.numbered(number);
}

function AddRoom({ name }: { readonly name: string }) {
  const port = useClass();
  return (
    <li className="board__add">
      <Press icon={<Icon20Add />} data-testid="rooms-add" onClick={() => void port.ask({ do: "add_room", name })}>
        {words.card.add}
      </Press>
    </li>
  );
}

interface PartProps {
  readonly board: BoardView;
  readonly handled: Handled;
  readonly running: boolean;
}

function Rest({ board, handled, running }: PartProps) {
  const { handling, selected, focused, dragging } = handled;
  const [search, setSearch] = useState("");
  const [over, setOver] = useState(false);
  const id = useId();
  const shown = useMemo(() => board.rest.filter((person) => found(person.name, search)), [board.rest, search]);
  const stop = shown.some((person) => person.identity === focused) ? focused : shown[0]?.identity;
  const everybody = board.rest.length + board.rooms.reduce((sum, view) => sum + view.people.length, 0);
  return (
    <section
      className="rest"
      aria-labelledby={id}
      data-testid="rooms-rest"
      data-over={over && dragging}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        handling.drop(0);
      }}
    >
      <header className="rest__top">
        <h3 id={id}>
          {words.board.rest} <span className="count">{board.rest.length}</span>
        </h3>
        {board.rest.length > 0 && (
          <label className="search">
            <Icon20Search aria-hidden="true" />
            <input
              className="input"
              type="search"
              placeholder={words.board.search}
              aria-label={words.board.search}
              value={search}
              data-testid="rooms-search"
              onChange={(event) => setSearch(event.target.value)}
            />
          </label>
        )}
      </header>
      {shown.length > 0 ? (
        <ul className="rest__list">
          {shown.map((person) => (
            <Chip
              key={person.identity}
              person={person}
              room={0}
              running={running}
              selected={selected.has(person.identity)}
              stop={person.identity === stop}
              handling={handling}
            />
          ))}
        </ul>
      ) : (
        <p className="hint">{restWords(everybody, board.rest.length)}</p>
      )}
    </section>
  );
}

function restWords(everybody: number, rest: number): string {
  if (everybody === 0) return words.board.restNobody;
  return rest === 0 ? words.board.restEmpty : words.board.notFound;
}

/** What can be done with those selected; stays in sight while there are any. */
function MoveBar({ rooms, handled }: { readonly rooms: readonly BreakoutRoom[]; readonly handled: Handled }) {
  const { handling, selected } = handled;
  const [room, setRoom] = useState(rooms[0]?.id ?? 0);
  return (
    <div className="movebar" role="group" aria-label={words.board.moveToLabel} data-testid="rooms-movebar">
      <span className="movebar__count" role="status">
        {words.board.selected(selected.size)}
      </span>
      <select
        className="input"
        aria-label={words.board.moveTo}
        value={room}
        data-testid="rooms-move-to"
        onChange={(event) => setRoom(Number(event.target.value))}
      >
        {rooms.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
        <option value={0}>{words.board.toRest}</option>
      </select>
      <Press look="main" data-testid="rooms-move" onClick={() => handling.moveSelected(room)}>
        {words.board.move}
      </Press>
      <button type="button" className="iconpress" aria-label={words.board.unselect} title={words.board.unselect} onClick={() => handling.clear()}>
        <Icon20Cancel aria-hidden="true" />
      </button>
    </div>
  );
}
