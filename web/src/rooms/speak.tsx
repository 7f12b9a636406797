/** Speaking to rooms from the main room: the switches. */

import { Icon20MegaphoneOutline } from "@vkontakte/icons";

import { useClass, useClassState } from "../classroom/context";
import type { BreakoutRoom } from "../protocol/classroom";
import { roomsWords as words } from "../words/rooms";
import { audienceOf } from "./arrange";
import { Press } from "./press";

const NONE: readonly BreakoutRoom[] = [];
const NOWHERE: readonly number[] = [];

/** Which rooms hear this person besides the one they are in. */
export function useAudience() {
  const rooms = useClassState((state) => state.rooms?.rooms ?? NONE);
  const to = useClassState((state) => state.you?.speaking_to ?? NOWHERE);
  return audienceOf(to, rooms);
}

/** Speaks into one room; whoever spoke to others does so no longer. */
export function SpeakSwitch({ room }: { readonly room: BreakoutRoom }) {
  const port = useClass();
  const { rooms } = useAudience();
  const visiting = useClassState((state) => (state.you?.room ?? 0) !== 0);
  const on = rooms.length === 1 && rooms[0]?.id === room.id;
  if (visiting) return null;
  return (
    <Press
      icon={<Icon20MegaphoneOutline />}
      look={on ? "danger" : "plain"}
      aria-pressed={on}
      aria-label={on ? words.card.speakStop(room.name) : words.card.speakIn(room.name)}
      title={on ? words.card.speakStop(room.name) : words.card.speakIn(room.name)}
      data-testid="room-speak"
      onClick={() => void port.ask({ do: "speak_to_rooms", rooms: on ? [] : [room.id] })}
    >
      {on ? words.card.speaking : words.card.speak}
    </Press>
  );
}

export function SpeakToAll() {
  const port = useClass();
  const all = useClassState((state) => state.rooms?.rooms ?? NONE);
  const visiting = useClassState((state) => (state.you?.room ?? 0) !== 0);
  const on = useAudience().kind === "all";
  const open = all.filter((room) => room.open).map((room) => room.id);
  return (
    <Press
      icon={<Icon20MegaphoneOutline />}
      look={on ? "danger" : "plain"}
      aria-pressed={on}
      aria-disabled={visiting || undefined}
      title={visiting ? words.run.speakFromMain : undefined}
      data-testid="rooms-speak-all"
      onClick={() => {
        if (!visiting) void port.ask({ do: "speak_to_rooms", rooms: on ? [] : open });
      }}
    >
      {words.run.speakAll}
    </Press>
  );
}
