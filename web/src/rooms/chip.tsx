/** One person on the board: pressed to select, dragged to move, walked to by arrows. */

import { Icon16CheckOutline } from "@vkontakte/icons";
import { memo } from "react";

import type { Person } from "../protocol/classroom";
import { roomsWords as words } from "../words/rooms";
import { isIn } from "./arrange";
import type { Handling } from "./handling";

interface ChipProps {
  readonly person: Person;
  /** The room whose list this is, 0: none. */
  readonly room: number;
  /** Whether rooms are open: then it matters who has arrived. */
  readonly running: boolean;
  readonly selected: boolean;
  /** The list's stop of the Tab key. */
  readonly stop: boolean;
  readonly handling: Handling;
}

export type Whereabouts = "present" | "coming" | "inCall" | "away" | "lobby";

export function whereaboutsOf(person: Person, room: number, running: boolean): Whereabouts {
  if (person.standing === "lobby") return "lobby";
  if (!person.present) return "away";
  if (!running || room === 0) return "inCall";
  return isIn(person, room) ? "present" : "coming";
}

export const Chip = memo(function Chip({ person, room, running, selected, stop, handling }: ChipProps) {
  const where = whereaboutsOf(person, room, running);
  return (
    <li>
      <button
        type="button"
        className="chip"
        aria-pressed={selected}
        tabIndex={stop ? 0 : -1}
        draggable
        data-person={person.identity}
        data-where={where}
        data-testid="rooms-chip"
        title={`${person.name}: ${words.board[where]}`}
        onClick={() => handling.toggle(person.identity)}
        onFocus={() => handling.focus(person.identity)}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = "move";
          // Firefox drags nothing without data.
          event.dataTransfer.setData("text/plain", person.name);
          handling.lift(person.identity);
        }}
        onDragEnd={() => handling.drop(null)}
      >
        <span className="chip__dot" aria-hidden="true">
          {selected && <Icon16CheckOutline />}
        </span>
        <span className="chip__name">{person.name}</span>
        {person.moderator && <span className="chip__role">{words.board.coTeacher}</span>}
        <span className="for-ears">: {words.board[where]}</span>
        {where === "lobby" && <span className="chip__role" aria-hidden="true">{words.board.lobby}</span>}
      </button>
    </li>
  );
});
