/** The sign that other rooms hear the teacher now. */

import { useClass } from "../classroom/context";
import { roomsWords as words } from "../words/rooms";
import { useAudience } from "./speak";

/** Cannot be overlooked while rooms hear the teacher, and ends it by one press. `microphone`: whether it is on. */
export function OnAir({ microphone }: { readonly microphone: boolean }) {
  const port = useClass();
  const { kind, rooms } = useAudience();
  const [first] = rooms;
  if (kind === "none" || !first) return null;
  const text = kind === "all" ? words.air.all : kind === "one" ? words.air.one(first.name) : words.air.some(rooms.length);
  return (
    <div className="onair" role="alert" data-testid="on-air">
      <span className="onair__mark" aria-hidden="true" />
      <p>
        <b>{text}</b>
        {!microphone && <span>{words.air.silent}</span>}
      </p>
      <button
        type="button"
        className="onair__stop"
        data-testid="on-air-stop"
        onClick={() => void port.ask({ do: "speak_to_rooms", rooms: [] })}
      >
        {words.air.stop}
      </button>
    </div>
  );
}
