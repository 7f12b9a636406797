/** `/demo/outbox`: the text messages of a demo server, which sends none. Looks again by itself. */

import { useEffect } from "react";

import { timeOf } from "../parts/dates";
import { ShowLoaded, useLoaded } from "../parts/loaded";
import { Sheet } from "../parts/sheet";
import { useTitle } from "../parts/title";
import { getOutbox, type SentMessage } from "../protocol/home";
import { Problem } from "../protocol/problem";
import { account } from "../words/account";

const { outbox: say } = account;

/** Between two looks, milliseconds. */
const LOOK_EVERY = 2000;
const NOT_FOUND = 404;

/** null when this server sends real messages. */
async function outboxOf(): Promise<readonly SentMessage[] | null> {
  try {
    return await getOutbox();
  } catch (error) {
    if (error instanceof Problem && error.status === NOT_FOUND) return null;
    throw error;
  }
}

export function OutboxPage() {
  const outbox = useLoaded(outboxOf);
  const { reload } = outbox;
  const off = outbox.state.at === "here" && outbox.state.value === null;
  useTitle(say.title);
  useEffect(() => {
    if (off) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, LOOK_EVERY);
    return () => clearInterval(timer);
  }, [reload, off]);
  return (
    <Sheet narrow>
      <ShowLoaded loaded={outbox}>{(value) => (value ? <Messages messages={value} /> : <Off />)}</ShowLoaded>
    </Sheet>
  );
}

function Messages({ messages }: { readonly messages: readonly SentMessage[] }) {
  return (
    <section className="card outbox" data-testid="outbox">
      <h1 className="card__title">{say.title}</h1>
      <p className="card__note">{say.text}</p>
      {messages.length === 0 && <p className="card__small">{say.empty}</p>}
      <ol className="plain" aria-live="polite">
        {messages.map((message) => (
          <li key={`${message.at} ${message.phone} ${message.text}`} className="sms" data-testid="sms" data-phone={message.phone}>
            <p className="sms__text">{message.text}</p>
            <p className="sms__about">
              {say.to(message.phone)} · {timeOf(message.at)}
            </p>
          </li>
        ))}
      </ol>
      <p className="card__small">{say.refresh}</p>
    </section>
  );
}

function Off() {
  return (
    <section className="card card_centred" data-testid="outbox-off">
      <h1 className="card__title">{say.off.title}</h1>
      <p className="card__text">{say.off.text}</p>
    </section>
  );
}
