/** A text from the teacher to some rooms, or to all of them. */

import { useState } from "react";

import { useClass } from "../classroom/context";
import { MAX_TOLD } from "../protocol/classroom";
import { roomsWords as words } from "../words/rooms";
import { useSay } from "./say";

interface TellFormProps {
  /** Empty: all rooms, and the main room. */
  readonly rooms: readonly number[];
  readonly title: string;
  readonly onDone: () => void;
}

export function TellForm({ rooms, title, onDone }: TellFormProps) {
  const port = useClass();
  const say = useSay();
  const [text, setText] = useState("");
  const send = async () => {
    const wanted = text.trim();
    if (wanted === "") return;
    const answer = await port.ask({ do: "tell_rooms", text: wanted, rooms });
    say(answer.done ? words.run.told : words.board.refused);
    if (answer.done) onDone();
  };
  return (
    <form
      className="pop__form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label>
        {title}
        <textarea
          className="input"
          rows={3}
          maxLength={MAX_TOLD}
          value={text}
          autoFocus
          data-testid="tell-text"
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <p className="hint">{words.run.tellHint}</p>
      <button type="submit" className="press press_main" data-testid="tell-send" disabled={text.trim() === ""}>
        {words.run.tellSend}
      </button>
    </form>
  );
}
