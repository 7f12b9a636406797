/** One room on the wall: its picture, who is there and who speaks, and the ways to hear it, speak into it, go there. */

import {
  Icon16HandOutline,
  Icon20DoorEnterArrowRightOutline,
  Icon20HeadphonesOutline,
  Icon28VideocamSlashAlt,
} from "@vkontakte/icons";
import { memo, useEffect, useId, useRef } from "react";

import { useClass } from "../classroom/context";
import { roomsWords as words } from "../words/rooms";
import { Press } from "./press";
import { SpeakSwitch, useAudience } from "./speak";
import type { WallPort } from "./wall-port";
import { sameTile, type TileView } from "./wall-view";

interface WallTileProps {
  readonly tile: TileView;
  readonly wall: WallPort;
  readonly listening: boolean;
  readonly onListen: (room: number | null) => void;
  readonly onEnter: () => void;
}

export const WallTile = memo(
  function WallTile({ tile, wall, listening, onListen, onEnter }: WallTileProps) {
    const { room, speaker } = tile;
    const heard = useAudience().rooms.some((one) => one.id === room.id);
    const id = useId();
    return (
      <li className="walltile" aria-labelledby={id} data-testid="wall-tile" data-room={room.id} data-speaking={speaker !== null} data-listening={listening}>
        <Picture tile={tile} wall={wall} />
        <h3 id={id} title={room.name}>
          {room.name}
        </h3>
        <p className="walltile__marks">
          {room.called_at !== null && (
            <span className="badge badge_called">
              <Icon16HandOutline aria-hidden="true" /> {words.card.called}
            </span>
          )}
          {listening && <span className="badge badge_on">{words.wall.listening}</span>}
          {heard && <span className="badge badge_air">{words.card.speaking}</span>}
        </p>
        <p className="walltile__people" title={tile.people.map((person) => person.name).join(", ")}>
          {speaker === null ? peopleWords(tile) : <b>{words.wall.speakingNow(speaker)}</b>}
        </p>
        {room.open && <Acts tile={tile} listening={listening} onListen={onListen} onEnter={onEnter} />}
      </li>
    );
  },
  (a, b) =>
    a.wall === b.wall &&
    a.listening === b.listening &&
    a.onListen === b.onListen &&
    a.onEnter === b.onEnter &&
    sameTile(a.tile, b.tile),
);

function peopleWords({ room, people }: TileView): string {
  if (!room.open) return words.wall.closed;
  return people.length === 0 ? words.wall.nobody : people.map((person) => person.name).join(", ");
}

function Picture({ tile, wall }: { readonly tile: TileView; readonly wall: WallPort }) {
  const element = useRef<HTMLVideoElement>(null);
  const { picture, pictureKey, people } = tile;
  useEffect(() => {
    if (!element.current || picture === null || pictureKey === "") return;
    return wall.attach(picture, element.current);
  }, [wall, picture, pictureKey]);
  return (
    <div className="walltile__picture" data-picture={picture ?? ""}>
      <video ref={element} autoPlay playsInline muted hidden={pictureKey === ""} />
      {picture === null && people.length > 0 && (
        <span className="walltile__none" title={words.wall.noPicture}>
          <Icon28VideocamSlashAlt aria-hidden="true" /> <span>{words.wall.noPicture}</span>
        </span>
      )}
      <span className="walltile__count">{words.people(people.length)}</span>
      {tile.speaker !== null && (
        <span className="walltile__voice voice voice_speaking" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
      )}
    </div>
  );
}

type ActsProps = Pick<WallTileProps, "tile" | "listening" | "onListen" | "onEnter">;

function Acts({ tile: { room }, listening, onListen, onEnter }: ActsProps) {
  const port = useClass();
  const enter = async () => {
    const answer = await port.ask({ do: "visit_room", room: room.id });
    if (answer.done) onEnter();
  };
  return (
    <div className="room__acts">
      <Press
        look={listening ? "main" : "plain"}
        icon={<Icon20HeadphonesOutline />}
        aria-pressed={listening}
        aria-label={listening ? words.wall.stopListening(room.name) : words.wall.listenIn(room.name)}
        title={listening ? words.wall.stopListening(room.name) : words.wall.listenIn(room.name)}
        data-testid="wall-listen"
        onClick={() => onListen(listening ? null : room.id)}
      >
        {listening ? words.wall.listening : words.wall.listen}
      </Press>
      <SpeakSwitch room={room} />
      <Press
        icon={<Icon20DoorEnterArrowRightOutline />}
        aria-label={words.card.enterTo(room.name)}
        title={words.card.enterTo(room.name)}
        data-testid="wall-enter"
        onClick={() => void enter()}
      >
        {words.card.enter}
      </Press>
    </div>
  );
}
