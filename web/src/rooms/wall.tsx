/** «Все залы»: one tile per room, to look into all of them, listen to one and speak into it from the main room. */

import { Icon24Cancel } from "@vkontakte/icons";
import { useContext, useEffect, useId, useMemo, useRef, useState } from "react";

import { Pager } from "../call/pager";
import { useSize } from "../call/use-size";
import { useClass, useClassState } from "../classroom/context";
import { useStore } from "../media/store";
import type { BreakoutRoom } from "../protocol/classroom";
import { words as common } from "../words";
import { roomsWords as words } from "../words/rooms";
import { isOpen } from "./arrange";
import { Press } from "./press";
import { Queue } from "./queue";
import { Saying } from "./say";
import { SpeakToAll } from "./speak";
import { TimeLeft } from "./toolbar";
import { WallContext } from "./wall-context";
import type { WallPort } from "./wall-port";
import { WallTile } from "./wall-tile";
import { fitOf, picturesOf, samePictures, tilesOf, type Pictures } from "./wall-view";

interface WallProps {
  readonly onClose: () => void;
  /** Called when the teacher goes into a room. */
  readonly onEnter: () => void;
}

export function RoomsWall({ onClose, onEnter }: WallProps) {
  const id = useId();
  const wall = useWall();
  const running = useClassState((state) => isOpen(state.rooms));
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!running) onClose();
  }, [running, onClose]);
  useEffect(() => panel.current?.focus(), []);
  return (
    <section
      ref={panel}
      className="rooms"
      aria-labelledby={id}
      data-testid="rooms-wall-screen"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <Saying>
        <header className="rooms__top">
          <h2 id={id}>{words.wall.title}</h2>
          <TimeLeft />
          <div className="wall__acts">
            <SpeakToAll />
          </div>
          <button type="button" className="panel__close" aria-label={common.common.close} onClick={onClose}>
            <Icon24Cancel />
          </button>
        </header>
        {wall && <WallBody wall={wall} onEnter={onEnter} />}
      </Saying>
    </section>
  );
}

/** A wall for as long as the screen is there. */
function useWall(): WallPort | null {
  const port = useClass();
  const make = useContext(WallContext);
  const [wall, setWall] = useState<WallPort | null>(null);
  useEffect(() => {
    const made = make(port);
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the connection begins and ends with the screen
    setWall(made);
    return () => made.close();
  }, [make, port]);
  return wall;
}

const NO_ROOMS: readonly BreakoutRoom[] = [];
const NO_PICTURES: Pictures = new Map();
const NOBODY: ReadonlySet<string> = new Set();

function WallBody({ wall, onEnter }: { readonly wall: WallPort; readonly onEnter: () => void }) {
  const rooms = useClassState((state) => state.rooms?.rooms ?? NO_ROOMS);
  const people = useClassState((state) => state.people);
  const media = useStore(wall.state, (state) => state.people);
  const [listening, setListening] = useState<number | null>(null);
  const [wanted, setPage] = useState(0);
  const area = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(area);
  const { perPage, large } = fitOf(rooms.length, width, height);
  const pages = Math.max(1, Math.ceil(rooms.length / perPage));
  const page = Math.min(wanted, pages - 1);
  const [pictures, setPictures] = useState(NO_PICTURES);
  const tiles = useMemo(() => tilesOf(rooms, people, media, pictures), [rooms, people, media, pictures]);
  const chosen = picturesOf(tiles);
  if (!samePictures(chosen, pictures)) setPictures(chosen);
  const shown = tiles.slice(page * perPage, (page + 1) * perPage);
  const visible = useVisible();
  usePeople(
    visible && width > 0 ? shown.flatMap((tile) => tile.picture ?? []) : [],
    (identities) => wall.show(identities),
  );
  const heard = tiles.find((tile) => tile.room.id === listening && tile.room.open);
  usePeople(heard?.people.map((person) => person.identity) ?? [], (identities) => wall.listen(identities));
  return (
    <div className="wall">
      <WallBanner wall={wall} />
      <Queue />
      <div className="wall__area" ref={area}>
        <ul className="wall__tiles" data-large={large}>
          {shown.map((tile) => (
            <WallTile
              key={tile.room.id}
              tile={tile}
              wall={wall}
              listening={tile.room.id === heard?.room.id}
              onListen={setListening}
              onEnter={onEnter}
            />
          ))}
        </ul>
      </div>
      {pages > 1 && <Pager page={page} pages={pages} onTurn={setPage} names={words.wall} />}
    </div>
  );
}

/** Tells about a set of people whenever it becomes another one. */
function usePeople(identities: readonly string[], tell: (identities: ReadonlySet<string>) => void): void {
  const key = [...identities].sort().join("\n");
  const latest = useRef(tell);
  useEffect(() => {
    latest.current = tell;
  });
  useEffect(() => latest.current(key === "" ? NOBODY : new Set(key.split("\n"))), [key]);
}

/** Whether the page can be seen at all: pictures in a hidden tab cost and serve nobody. */
function useVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState !== "hidden");
  useEffect(() => {
    const read = () => setVisible(document.visibilityState !== "hidden");
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, []);
  return visible;
}

function WallBanner({ wall }: { readonly wall: WallPort }) {
  const connection = useStore(wall.state, (state) => state.connection);
  const blocked = useStore(wall.state, (state) => state.soundBlocked);
  if (connection === "connected") {
    return blocked ? (
      <p className="rooms__offline" role="status">
        {common.sound.blocked} <Press onClick={() => void wall.enableSound()}>{common.sound.enable}</Press>
      </p>
    ) : null;
  }
  const text = { connecting: words.wall.connecting, reconnecting: words.wall.again, failed: words.wall.failed };
  return (
    <p className="rooms__offline" role="status" data-testid="wall-banner">
      {text[connection]}
      {connection === "failed" && <Press onClick={() => wall.retry()}>{words.wall.retry}</Press>}
    </p>
  );
}
