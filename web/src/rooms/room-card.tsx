/** One room on the board: who belongs there and who is there, and everything that can be done with it. */

import { Icon16HandOutline, Icon20ArrowRightOutline, Icon20DoorEnterArrowRightOutline, Icon20MoreHorizontal } from "@vkontakte/icons";
import { useId, useState } from "react";

import { useClass, useClassState } from "../classroom/context";
import { MAX_NAME } from "../protocol/classroom";
import { roomsWords as words } from "../words/rooms";
import type { RoomView } from "./arrange";
import { Chip } from "./chip";
import type { Handled } from "./handling";
import { Pop } from "./pop";
import { Press } from "./press";
import { SpeakSwitch } from "./speak";
import { TellForm } from "./tell";

interface RoomCardProps {
  readonly view: RoomView;
  readonly handled: Handled;
  readonly running: boolean;
}

export function RoomCard({ view, handled, running }: RoomCardProps) {
  const { room, people, here } = view;
  const { handling, selected, focused, dragging } = handled;
  const [over, setOver] = useState(false);
  const id = useId();
  const called = room.called_at !== null;
  const stop = people.some((person) => person.identity === focused) ? focused : people[0]?.identity;
  return (
    <li
      className="room"
      aria-labelledby={id}
      data-testid="room-card"
      data-room={room.id}
      data-over={over && dragging}
      data-closed={running && !room.open}
      data-called={called}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        handling.drop(room.id);
      }}
    >
      <header className="room__top">
        <h3 id={id} title={room.name}>
          {room.name}
        </h3>
        <RoomMenu view={view} running={running} />
      </header>
      <p className="room__state">
        <span>{running && room.open ? words.board.here(here, people.length) : words.board.count(people.length)}</span>
        {running && !room.open && <span className="badge">{words.card.closed}</span>}
        {called && (
          <span className="badge badge_called">
            <Icon16HandOutline aria-hidden="true" /> {words.card.called}
          </span>
        )}
      </p>
      {people.length > 0 ? (
        <ul className="room__people">
          {people.map((person) => (
            <Chip
              key={person.identity}
              person={person}
              room={room.id}
              running={running}
              selected={selected.has(person.identity)}
              stop={person.identity === stop}
              handling={handling}
            />
          ))}
        </ul>
      ) : (
        <p className="room__empty">{words.board.empty}</p>
      )}
      <RoomActs view={view} running={running} selecting={selected.size > 0} onMoveHere={() => handling.moveSelected(room.id)} />
    </li>
  );
}

interface ActsProps {
  readonly view: RoomView;
  readonly running: boolean;
  readonly selecting: boolean;
  readonly onMoveHere: () => void;
}

function RoomActs({ view: { room }, running, selecting, onMoveHere }: ActsProps) {
  if (selecting) {
    return (
      <div className="room__acts">
        <Press icon={<Icon20ArrowRightOutline />} aria-label={words.board.moveHereTo(room.name)} data-testid="room-move-here" onClick={onMoveHere}>
          {words.board.moveHere}
        </Press>
      </div>
    );
  }
  if (!running || !room.open) return null;
  return (
    <div className="room__acts">
      <EnterButton room={room} />
      <SpeakSwitch room={room} />
    </div>
  );
}

/** «Зайти», or «Вернуться» where the teacher is. */
export function EnterButton({ room }: { readonly room: { readonly id: number; readonly name: string } }) {
  const port = useClass();
  const inside = useClassState((state) => state.you?.room === room.id);
  if (inside) {
    return (
      <Press look="main" data-testid="room-back" onClick={() => void port.ask({ do: "visit_room", room: 0 })}>
        {words.card.back}
      </Press>
    );
  }
  return (
    <Press
      icon={<Icon20DoorEnterArrowRightOutline />}
      aria-label={words.card.enterTo(room.name)}
      data-testid="room-enter"
      onClick={() => void port.ask({ do: "visit_room", room: room.id })}
    >
      {words.card.enter}
    </Press>
  );
}

type Menu = "acts" | "rename" | "tell" | "remove";

function RoomMenu({ view, running }: { readonly view: RoomView; readonly running: boolean }) {
  return (
    <Pop label={<Icon20MoreHorizontal aria-hidden="true" />} name={words.card.more(view.room.name)} look="quiet" testId="room-more">
      {(close) => <MenuBody view={view} running={running} close={close} />}
    </Pop>
  );
}

interface MenuBodyProps {
  readonly view: RoomView;
  readonly running: boolean;
  readonly close: () => void;
}

function MenuBody({ view: { room, people }, running, close }: MenuBodyProps) {
  const port = useClass();
  const [menu, setMenu] = useState<Menu>("acts");
  const act = (ask: () => void) => () => {
    close();
    ask();
  };
  const remove = act(() => void port.ask({ do: "remove_room", room: room.id }));
  if (menu === "rename") return <RenameForm room={room} onDone={close} />;
  if (menu === "tell") return <TellForm rooms={[room.id]} title={words.run.tellOne(room.name)} onDone={close} />;
  if (menu === "remove") {
    return (
      <div className="pop__form">
        <p>{words.card.removeAsk(room.name)}</p>
        <Press look="danger" autoFocus data-testid="room-remove-sure" onClick={remove}>
          {words.card.remove}
        </Press>
      </div>
    );
  }
  return (
    <div className="pop__acts">
      <Press look="quiet" data-testid="room-rename" onClick={() => setMenu("rename")}>
        {words.card.rename}
      </Press>
      {running && room.open && (
        <Press look="quiet" data-testid="room-tell" onClick={() => setMenu("tell")}>
          {words.card.tell}
        </Press>
      )}
      {running && (
        <Press
          look="quiet"
          data-testid={room.open ? "room-close" : "room-open"}
          onClick={act(() => void port.ask({ do: room.open ? "close_room" : "open_room", room: room.id }))}
        >
          {room.open ? words.card.close : words.card.open}
        </Press>
      )}
      <Press look="quiet" data-testid="room-remove" onClick={people.length > 0 ? () => setMenu("remove") : remove}>
        {words.card.remove}
      </Press>
    </div>
  );
}

function RenameForm({ room, onDone }: { readonly room: { readonly id: number; readonly name: string }; readonly onDone: () => void }) {
  const port = useClass();
  const [name, setName] = useState(room.name);
  return (
    <form
      className="pop__form"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = name.trim();
        if (wanted !== "" && wanted !== room.name) void port.ask({ do: "rename_room", room: room.id, name: wanted });
        onDone();
      }}
    >
      <label>
        {words.card.name}
        <input
          className="input"
          value={name}
          maxLength={MAX_NAME}
          autoFocus
          data-testid="room-name"
          onFocus={(event) => event.target.select()}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <button type="submit" className="press press_main">
        {words.card.save}
      </button>
    </form>
  );
}
