/** One message: who, to whom, when, and the text with its links. */

import { memo } from "react";

import type { ChatMessage } from "../protocol/classroom";
import { words } from "../words";
import { classroom } from "../words/classroom";
import { piecesOf } from "./links";

const { chat: say } = classroom;

interface ChatLineProps {
  readonly message: ChatMessage;
  readonly own: boolean;
  /** Follows a message of the same person: the name is not said again. */
  readonly goesOn: boolean;
  readonly offset: number;
  /** "" = the room that the person is in. */
  readonly roomName: string;
}

const TIME = new Intl.DateTimeFormat(words.locale, { hour: "2-digit", minute: "2-digit" });

export const ChatLine = memo(function ChatLine({ message, own, goesOn, offset, roomName }: ChatLineProps) {
  const { name, role, text, to, at } = message;
  const teacher = role === "administrator" || role === "teacher";
  // Shown by the clock of this computer, as everything else on its screen.
  const moment = new Date(at * 1000 - offset);
  const audience = to === "call" ? say.toCall : to === "teachers" ? say.toTeachers : roomName && say.fromRoom(roomName);
  return (
    <li className="chat__line" data-own={own} data-to={to} data-testid="chat-message">
      {!goesOn && (
        <p className="chat__head">
          <b className="chat__name" data-teacher={teacher}>
            {own ? `${name} (${words.common.you})` : name}
          </b>
          {teacher && <span className="chat__role">{words.role.teacher}</span>}
          {audience && <span className="chat__to">{audience}</span>}
          <time className="chat__time" dateTime={moment.toISOString()}>
            {TIME.format(moment)}
          </time>
        </p>
      )}
      <p className="chat__text">
        {piecesOf(text).map((piece, index) =>
          piece.href === null ? (
            piece.text
          ) : (
            <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
              {piece.text}
            </a>
          ),
        )}
      </p>
    </li>
  );
});
