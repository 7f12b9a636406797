/** The field for a message: to whom, how much fits, and why it cannot be sent now. */

import { Icon24Send } from "@vkontakte/icons";
import { useEffect, useState, type SubmitEvent } from "react";

import { MAX_TEXT, type Audience } from "../protocol/classroom";
import { classroom } from "../words/classroom";
import { useClass, useClassState } from "./context";

const { chat: say } = classroom;

/** The counter appears when so few characters are left. */
const NEARLY_FULL = 200;
/** What was written and not sent, for as long as the page is in the call. */
const drafts = new WeakMap<object, string>();

const AUDIENCE_WORDS: Readonly<Record<Audience, string>> = { room: say.room, call: say.call, teachers: say.teachers };

export function ChatForm() {
  const klass = useClass();
  const allowed = useClassState(({ you }) => you === null || you.rights.chat || you.moderator);
  const connected = useClassState((state) => state.connected);
  const audiences = useAudiences();
  const [wanted, setWanted] = useState<Audience>("room");
  const [text, setText] = useState(() => drafts.get(klass) ?? "");
  const [sending, setSending] = useState(false);
  useEffect(() => void drafts.set(klass, text), [klass, text]);
  const to = audiences.includes(wanted) ? wanted : "room";
  const written = text.trim();
  const left = MAX_TEXT - Array.from(written).length;
  const ready = written !== "" && left >= 0 && connected && !sending;
  const send = async () => {
    if (!ready) return;
    setSending(true);
    const { done } = await klass.ask({ do: "say", text: written, to });
    setSending(false);
    // A message that did not arrive stays, to be sent again.
    if (done) setText("");
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void send();
  };
  if (!allowed) return <p className="chat__closed">{say.closed}</p>;
  return (
    <form className="chat__form" onSubmit={submit}>
      {!connected && <p className="chat__notice">{say.offline}</p>}
      {audiences.length > 1 && (
        <label className="chat__audience">
          {say.to}
          <select value={to} data-testid="chat-to" onChange={(event) => setWanted(event.target.value as Audience)}>
            {audiences.map((audience) => (
              <option key={audience} value={audience}>
                {AUDIENCE_WORDS[audience]}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="chat__write">
        <textarea
          id="chat-field"
          rows={1}
          className="chat__field"
          aria-label={say.placeholder}
          placeholder={say.placeholder}
          value={text}
          data-testid="chat-field"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            void send();
          }}
        />
        <button type="submit" className="chat__send" aria-label={say.send} disabled={!ready} data-testid="chat-send">
          <Icon24Send />
        </button>
      </div>
      {left < NEARLY_FULL && (
        <p className="chat__count" role="status" data-over={left < 0}>
          {left < 0 ? say.over(-left) : say.left(left)}
        </p>
      )}
    </form>
  );
}

/** Whom the person may write to: pupils to all who are with them, teachers also to each other. */
function useAudiences(): readonly Audience[] {
  const moderator = useClassState(({ you }) => you?.moderator ?? false);
  const teacher = useClassState(({ you }) => you?.role === "teacher" || you?.role === "administrator");
  const divided = useClassState(({ rooms }) => rooms?.phase === "open" || rooms?.phase === "closing");
  const audiences: Audience[] = ["room"];
  if (moderator && divided) audiences.push("call");
  if (moderator || teacher) audiences.push("teachers");
  return audiences;
}
