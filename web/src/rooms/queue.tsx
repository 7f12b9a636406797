/** «Зовут учителя»: rooms that wait, in the order of calling, with the way there. */

import { Icon20HandOutline } from "@vkontakte/icons";
import { useMemo } from "react";

import { useClassState } from "../classroom/context";
import { clock } from "../parts/countdown";
import type { BreakoutRoom } from "../protocol/classroom";
import { roomsWords as words } from "../words/rooms";
import { queueOf } from "./arrange";
import { secondsSince, useNow } from "./clock";
import { EnterButton } from "./room-card";

const NONE: readonly BreakoutRoom[] = [];

export function useQueue(): readonly BreakoutRoom[] {
  const rooms = useClassState((state) => state.rooms?.rooms ?? NONE);
  return useMemo(() => queueOf(rooms), [rooms]);
}

export function Queue() {
  const queue = useQueue();
  const offset = useClassState((state) => state.clockOffset);
  const now = useNow(queue.length > 0);
  if (queue.length === 0) return null;
  return (
    <section className="queue" aria-label={words.queue.title} data-testid="rooms-queue">
      <h3>
        <Icon20HandOutline aria-hidden="true" /> {words.queue.title}
      </h3>
      <ol className="queue__list">
        {queue.map((room) => (
          <li key={room.id} className="queue__one" data-room={room.id}>
            <span className="queue__name">{room.name}</span>
            <span className="queue__since">{words.queue.since(clock(secondsSince(room.called_at ?? 0, now, offset)))}</span>
            <EnterButton room={room} />
          </li>
        ))}
      </ol>
    </section>
  );
}
