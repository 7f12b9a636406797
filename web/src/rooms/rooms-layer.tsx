/** What breakout rooms show above the stage: where one is and for how long, who hears a teacher; news are told. */

import { useCallState } from "../call/context";
import { OnAir } from "./on-air";
import { RoomBanner } from "./pupil";
import { useRoomNews } from "./use-room-news";

export function RoomsLayer() {
  const microphone = useCallState((state) => state.people.find((person) => person.own)?.microphone ?? false);
  useRoomNews();
  return (
    <>
      <OnAir microphone={microphone} />
      <RoomBanner />
    </>
  );
}
