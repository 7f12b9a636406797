/** «Сессионные залы»: the teacher's screen over the stage, from laying the rooms out to bringing everybody back. */

import { Icon24Cancel } from "@vkontakte/icons";
import { useEffect, useId, useMemo, useRef, useState } from "react";

import { useClassState } from "../classroom/context";
import { clock } from "../parts/countdown";
import type { BreakoutRoom } from "../protocol/classroom";
import { words as common } from "../words";
import { roomsWords as words } from "../words/rooms";
import { boardOf, isOpen, spreadOf } from "./arrange";
import { Board } from "./board";
import { useTimeLeft } from "./clock";
import { PrepareForm } from "./prepare-form";
import { Queue } from "./queue";
import { EnterButton } from "./room-card";
import { Saying } from "./say";
import { OpenBar, PreparedBar } from "./toolbar";

interface RoomsPanelProps {
  readonly onClose: () => void;
  readonly onWall: () => void;
  /** Whether rooms can be opened: not before the call. */
  readonly opens?: boolean;
}

const NO_ROOMS: readonly BreakoutRoom[] = [];

export function RoomsPanel({ onClose, onWall, opens = true }: RoomsPanelProps) {
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    panel.current?.focus();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <section
      ref={panel}
      className="rooms"
      aria-labelledby={id}
      data-testid="rooms-panel"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <Saying>
        <header className="rooms__top">
          <h2 id={id}>{words.title}</h2>
          <Summary />
          <button type="button" className="panel__close" aria-label={common.common.close} onClick={onClose}>
            <Icon24Cancel />
          </button>
        </header>
        <Body onWall={onWall} opens={opens} />
      </Saying>
    </section>
  );
}

function Body({ onWall, opens }: { readonly onWall: () => void; readonly opens: boolean }) {
  const known = useClassState((state) => state.rooms !== null);
  const connected = useClassState((state) => state.connected);
  const empty = useClassState((state) => (state.rooms?.phase ?? "none") === "none");
  const running = useClassState((state) => isOpen(state.rooms));
  const [again, setAgain] = useState(false);
  const preparing = known && !running && (empty || again);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The button that brought this about is gone, and the keyboard's place with it.
    if (document.activeElement === document.body) body.current?.focus();
  }, [preparing, running]);
  return (
    <div className="rooms__body" ref={body} tabIndex={-1}>
      {!connected && (
        <p className="rooms__offline" role="status">
          {words.offline}
        </p>
      )}
      {preparing && <PrepareForm onDone={empty ? null : () => setAgain(false)} />}
      {known && !preparing && (
        <>
          {running && <Closing />}
          {running && <Visiting />}
          {running && <Queue />}
          {running ? <OpenBar onWall={onWall} /> : <PreparedBar opens={opens} onAgain={() => setAgain(true)} />}
          {!opens && <p className="hint">{words.before.note}</p>}
          <p className="hint">
            {words.board.hint} <span className="rooms__keys">{words.board.keys}</span>
          </p>
          <Board />
        </>
      )}
    </div>
  );
}

/** «5 залов · по 4–5 · жребий № 4821». */
function Summary() {
  const people = useClassState((state) => state.people);
  const part = useClassState((state) => state.rooms);
  const rooms = part?.rooms ?? NO_ROOMS;
  const spread = useMemo(() => spreadOf(boardOf(people, rooms).rooms), [people, rooms]);
  if (!part || !spread) return null;
  const lot = part.mode === "random" && part.seed !== null ? `${words.prepare.seed}: ${part.seed}` : null;
  const facts = [words.rooms(rooms.length), words.board.spread(spread.least, spread.most), words.prepare[part.mode], lot];
  return (
    <p className="rooms__summary" data-testid="rooms-summary">
      {facts.filter(Boolean).join(" · ")}
    </p>
  );
}

function Closing() {
  const closing = useClassState((state) => state.rooms?.phase === "closing");
  const left = useTimeLeft();
  if (!closing) return null;
  return (
    <p className="rooms__closing" role="status" data-testid="rooms-closing">
      {left === null ? words.run.closingPlain : words.run.closing(clock(left))}
    </p>
  );
}

/** Where the teacher is, with the way back. */
function Visiting() {
  const room = useClassState((state) => state.you?.room ?? 0);
  const name = useClassState((state) => state.you?.room_name ?? "");
  if (room === 0) return null;
  return (
    <div className="rooms__visiting" data-testid="rooms-visiting">
      <p>{words.pupil.inRoom(name)}</p>
      <EnterButton key={room} room={{ id: room, name }} />
    </div>
  );
}

