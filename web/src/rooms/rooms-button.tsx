/** «Сессионные залы», for moderators; tells how many rooms call the teacher. */

import { Icon20Users3Outline } from "@vkontakte/icons";

import { useView } from "../call/view";
import { useClassState } from "../classroom/context";
import { roomsWords as words } from "../words/rooms";
import { Press } from "./press";
import { useQueue } from "./queue";

export function RoomsButton() {
  const { panel, open } = useView();
  const moderator = useClassState((state) => state.you?.moderator ?? false);
  const calling = useQueue().length;
  const shown = panel === "rooms" || panel === "wall";
  if (!moderator) return null;
  return (
    <Press
      icon={<Icon20Users3Outline />}
      aria-expanded={shown}
      data-testid="rooms-button"
      onClick={() => open(shown ? null : "rooms")}
    >
      {words.title}
      {calling > 0 && (
        <span className="rooms__calling">
          {calling} <span className="for-ears">{words.queue.title}</span>
        </span>
      )}
    </Press>
  );
}
