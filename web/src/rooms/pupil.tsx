/** Rooms as those see them who are taken there: where they are, for how long, and how to get help. */

import { Icon20ClockOutline, Icon20DoorEnterArrowRightOutline, Icon20HandOutline } from "@vkontakte/icons";
import { useState } from "react";

import { useClass, useClassState } from "../classroom/context";
import { clock } from "../parts/countdown";
import { roomsWords as words } from "../words/rooms";
import { isOpen } from "./arrange";
import { ChooseRoom } from "./choose-room";
import { useTimeLeft } from "./clock";
import { Press } from "./press";

/** The strip over the stage; nothing where rooms do not concern the person. */
export function RoomBanner() {
  const room = useClassState((state) => state.you?.room ?? 0);
  const moderator = useClassState((state) => state.you?.moderator ?? false);
  const self = useClassState((state) => state.rooms?.mode === "self" && state.rooms.phase !== "none");
  const closing = useClassState((state) => state.rooms?.phase === "closing");
  const assigned = useAssigned();
  const [choosing, setChoosing] = useState(false);
  if (room === 0 && (moderator || (!self && assigned === null))) return null;
  const chooses = self && !moderator && !closing;
  return (
    <div className="roombanner" data-testid="room-banner" data-room={room} data-closing={closing && room !== 0}>
      <Where />
      {room !== 0 && <Left />}
      {room !== 0 && !moderator && <CallTeacher />}
      {room !== 0 && moderator && <GoBack />}
      {chooses && (
        <Press
          look={room === 0 && assigned === null ? "main" : "plain"}
          icon={<Icon20DoorEnterArrowRightOutline />}
          data-testid="choose-room"
          onClick={() => setChoosing(true)}
        >
          {room === 0 && assigned === null ? words.pupil.choose : words.pupil.change}
        </Press>
      )}
      {choosing && chooses && <ChooseRoom onClose={() => setChoosing(false)} />}
    </div>
  );
}

/** The name of the room the person belongs to; null: none. */
function useAssigned(): string | null {
  return useClassState(({ you, rooms }) => rooms?.rooms.find((room) => room.id === you?.assigned)?.name ?? null);
}

function Where() {
  const room = useClassState((state) => state.you?.room ?? 0);
  const name = useClassState((state) => state.you?.room_name ?? "");
  const self = useClassState((state) => state.rooms?.mode === "self");
  const running = useClassState((state) => isOpen(state.rooms));
  const assigned = useAssigned();
  if (room !== 0) return <b className="roombanner__where">{words.pupil.inRoom(name)}</b>;
  const text =
    assigned === null || running
      ? words.pupil.inMain
      : self
        ? words.pupil.chosen(assigned)
        : words.pupil.assigned(assigned);
  return <span className="roombanner__where">{text}</span>;
}

function Left() {
  const left = useTimeLeft();
  const closing = useClassState((state) => state.rooms?.phase === "closing");
  if (left === null) return null;
  return (
    <span className="roombanner__left" role="timer" data-testid="room-left" data-soon={left <= 60}>
      <Icon20ClockOutline aria-hidden="true" />
      {closing ? words.pupil.recall(clock(left)) : words.pupil.left(clock(left))}
    </span>
  );
}

function CallTeacher() {
  const port = useClass();
  const called = useClassState((state) => state.you?.called_teacher ?? false);
  return (
    <>
      {called && (
        <span className="badge badge_called" role="status">
          {words.pupil.called}
        </span>
      )}
      <Press
        icon={<Icon20HandOutline />}
        aria-pressed={called}
        data-testid="call-teacher"
        onClick={() => void port.ask({ do: "call_teacher", on: !called })}
      >
        {called ? words.pupil.uncall : words.pupil.call}
      </Press>
    </>
  );
}

function GoBack() {
  const port = useClass();
  return (
    <Press look="main" data-testid="room-go-back" onClick={() => void port.ask({ do: "visit_room", room: 0 })}>
      {words.card.backLong}
    </Press>
  );
}
