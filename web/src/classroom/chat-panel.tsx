/** «Чат»: the messages of the call, and a field for one more. */

import { useEffect, useLayoutEffect, useRef, useState } from "react";

import { Panel } from "../call/panel";
import { classroom } from "../words/classroom";
import { ChatForm } from "./chat-form";
import { ChatLine } from "./chat-line";
import { useClassState } from "./context";

const { chat: say } = classroom;

/** Who is so near to the end reads along, CSS pixels. */
const NEAR_END = 80;
/** Messages of one person within so many seconds stand under one name. */
const TOGETHER = 180;

export function ChatPanel({ onClose }: { readonly onClose: () => void }) {
  const messages = useClassState((state) => state.messages);
  const own = useClassState((state) => state.you?.identity ?? "");
  const room = useClassState((state) => state.you?.room ?? 0);
  const rooms = useClassState((state) => state.rooms?.rooms);
  const offset = useClassState((state) => state.clockOffset);
  const list = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const [seen, setSeen] = useState(messages.at(-1)?.id ?? 0);
  const last = messages.at(-1);
  useLayoutEffect(() => {
    const element = list.current;
    // What the person wrote is always shown to them.
    if (element && (following || last?.identity === own)) element.scrollTop = element.scrollHeight;
  }, [last, own, following]);
  if (following && last && seen !== last.id) setSeen(last.id);
  const newer = following ? 0 : messages.filter(({ id }) => id > seen).length;
  useEffect(() => {
    // A phone's keyboard would cover what is to be read.
    if (window.matchMedia("(hover: hover)").matches) document.getElementById("chat-field")?.focus();
  }, []);
  return (
    <Panel
      title={say.title}
      testId="chat-panel"
      onClose={onClose}
      body={list}
      footer={
        <>
          {newer > 0 && (
            <button type="button" className="chat__newer" onClick={() => setFollowing(true)}>
              {say.newer(newer)}
            </button>
          )}
          <ChatForm />
        </>
      }
      onScroll={({ scrollHeight, scrollTop, clientHeight }) =>
        setFollowing(scrollHeight - scrollTop - clientHeight < NEAR_END)
      }
    >
      {messages.length === 0 && (
        <p className="chat__empty">
          <b>{say.empty}</b>
          {say.emptyHint}
        </p>
      )}
      <div role="log" aria-live="polite" aria-label={say.log}>
        <ol className="chat">
          {messages.map((message, index) => {
            const before = messages[index - 1];
            const goesOn =
              before?.identity === message.identity && before.to === message.to && message.at - before.at < TOGETHER;
            return (
              <ChatLine
                key={message.id}
                message={message}
                own={message.identity === own}
                goesOn={goesOn}
                offset={offset}
                roomName={message.to === "room" && message.room !== room ? (rooms?.find(({ id }) => id === message.room)?.name ?? "") : ""}
              />
            );
          })}
        </ol>
      </div>
    </Panel>
  );
}
