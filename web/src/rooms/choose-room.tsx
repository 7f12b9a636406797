/** Where rooms are self-chosen: all of them with who is in each. */

import { useClass, useClassState } from "../classroom/context";
import { Dialog } from "../parts/dialog";
import type { BreakoutRoom } from "../protocol/classroom";
import { roomsWords as words } from "../words/rooms";
import { Press } from "./press";

const NONE: readonly BreakoutRoom[] = [];

export function ChooseRoom({ onClose }: { readonly onClose: () => void }) {
  const port = useClass();
  const rooms = useClassState((state) => state.rooms?.rooms ?? NONE);
  const own = useClassState((state) => state.you?.assigned ?? 0);
  const choose = async (room: number) => {
    const answer = await port.ask({ do: "choose_room", room });
    if (answer.done) onClose();
  };
  return (
    <Dialog title={words.pupil.chooseTitle} onClose={onClose}>
      <p className="hint">{words.pupil.chooseText}</p>
      <ul className="choice" data-testid="choose-list">
        {rooms.map((room) => (
          <li key={room.id} className="choice__one" data-room={room.id}>
            <div>
              <b>{room.name}</b>
              <p className="hint">{room.names.length > 0 ? room.names.join(", ") : words.pupil.nobody}</p>
            </div>
            {room.id === own ? (
              <span className="badge">{words.pupil.yours}</span>
            ) : (
              <Press
                aria-label={words.pupil.chooseThis(room.name)}
                data-testid="choose-this"
                onClick={() => void choose(room.id)}
              >
                {words.pupil.choose}
              </Press>
            )}
          </li>
        ))}
      </ul>
      {own !== 0 && (
        <Press look="quiet" data-testid="choose-none" onClick={() => void choose(0)}>
          {words.pupil.none}
        </Press>
      )}
    </Dialog>
  );
}
