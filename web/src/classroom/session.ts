/**
 * One person's place in the class of a call: keeps a wire to the server for as long as the stay lasts, puts together
 * what the server tells, and asks for what the person does. The media have a connection of their own.
 */

import { delayOf, pause } from "../media/backoff";
import { endingOfFailure } from "../media/reasons";
import { Store } from "../media/store";
import type { Ending } from "../call/port";
import type { AnyMessage, Code, Reply } from "../protocol/classroom";
import { withChat, withParts } from "./assemble";
import { Heartbeat } from "./heartbeat";
import { EMPTY_CLASS, type Answer, type Ask, type ClassPort, type ClassState, type Happening } from "./port";
import { opensRoom } from "./token";
import type { OpenWire, Wire } from "./wire";

export interface ClassSetup {
  readonly open: OpenWire;
  /** Asks to be let in; rejects with `Problem`. */
  readonly enter: (signal: AbortSignal) => Promise<string>;
  /** Tells the person that a request was not done. */
  readonly refused: (why: Code | "offline") => void;
  /** Milliseconds of this browser's clock. */
  readonly clock: () => number;
}

/** A request without a reply for so long means that the wire is dead, milliseconds. */
const REPLY_TIMEOUT = 10_000;

interface Waiting {
  readonly answer: (answer: Answer) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class ClassSession implements ClassPort {
  readonly state = new Store<ClassState>(EMPTY_CLASS);
  private readonly listeners = new Set<(happening: Happening) => void>();
  private readonly waiting = new Map<number, Waiting>();
  private readonly stop = new AbortController();
  private wire: Wire | null = null;
  private heart: Heartbeat | null = null;
  private cut: (() => void) | null = null;
  private lastId = 0;
  private ending: Ending | null = null;
  private readonly atTheDoor = new Set<(token: string) => void>();
  /** An admission that nobody waited for yet. */
  private spare: string | null = null;

  constructor(private readonly setup: ClassSetup) {}

  /** Keeps the wire up until the class is over for this person, and says why. "left" after `close`. Never rejects. */
  async run(): Promise<Ending> {
    const { signal } = this.stop;
    for (let attempt = 0; this.ending === null; attempt += 1) {
      try {
        if (attempt > 0) await pause(delayOf(attempt - 1, Math.random()), signal);
        const token = await this.setup.enter(signal);
        if (opensRoom(token)) this.letIn(token);
        if (await this.hold(token)) attempt = 0;
      } catch (error) {
        this.ending ??= signal.aborted ? "left" : endingOfFailure(error);
      }
    }
    this.drop();
    return this.ending;
  }

  /** A token that opens a room, as soon as the person may come in. Rejects when `signal` aborts. */
  admitted(signal: AbortSignal): Promise<string> {
    const token = this.spare;
    this.spare = null;
    if (token !== null) return Promise.resolve(token);
    return new Promise((resolve, reject) => {
      this.atTheDoor.add(resolve);
      const stop = () => {
        this.atTheDoor.delete(resolve);
        reject(new DOMException("stopped", "AbortError"));
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    });
  }

  ask(request: Ask): Promise<Answer> {
    return this.isKnown() ? this.send(request) : this.introduced().then(() => this.send(request));
  }

  listen(listener: (happening: Happening) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The browser lost its network: the wire is dead, whatever the browser still believes. */
  lost(): void {
    this.cut?.();
  }

  close(): void {
    this.ending ??= "left";
    this.stop.abort();
    this.cut?.();
  }

  /** Lives on one wire until it is closed; whether it was ever good. */
  private hold(token: string): Promise<boolean> {
    return new Promise((resolve) => {
      let good = false;
      const closed = () => {
        this.drop();
        resolve(good);
      };
      if (this.stop.signal.aborted) {
        closed();
        return;
      }
      this.cut = closed;
      this.wire = this.setup.open(token, {
        opened: () => undefined,
        received: (message) => {
          good = true;
          this.heart?.heard();
          this.receive(message);
        },
        closed,
      });
      this.heart = new Heartbeat(() => this.ping(), closed);
    });
  }

  /** The answer counts as every other message does. */
  private ping(): void {
    this.lastId += 1;
    this.wire?.send({ do: "ping", id: this.lastId });
  }

  private drop(): void {
    this.heart?.stop();
    this.heart = null;
    this.wire?.close();
    this.wire = null;
    this.cut = null;
    this.state.patch({ connected: false });
    for (const { answer, timer } of this.waiting.values()) {
      clearTimeout(timer);
      answer(this.refusal("offline"));
    }
    this.waiting.clear();
  }

  private receive(message: AnyMessage): void {
    switch (message.is) {
      case "state":
        this.state.set(withParts(this.state.get(), message, this.setup.clock()));
        break;
      case "chat":
        this.state.set(withChat(this.state.get(), message));
        break;
      case "reply":
        this.reply(message);
        break;
      case "admitted":
        if (!this.letIn(message.token)) this.spare = message.token;
        break;
      case "note":
      case "reacted":
        for (const listener of [...this.listeners]) listener(message);
        break;
      case "goodbye":
        if (message.why !== "restart") this.ending ??= message.why;
        this.cut?.();
    }
  }

  /** Whether the server ever told who the person is. */
  private isKnown(): boolean {
    return this.state.get().you !== null;
  }

  /** The bar is there before the class is: what is pressed meanwhile is not lost. Resolves in time in any case. */
  private introduced(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(done, REPLY_TIMEOUT);
      const stop = this.state.subscribe(() => {
        if (this.isKnown()) done();
      });
    });
  }

  private send(request: Ask): Promise<Answer> {
    const { wire } = this;
    if (!wire || !this.state.get().connected) return Promise.resolve(this.refusal("offline"));
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((answer) => {
      const timer = setTimeout(() => this.cut?.(), REPLY_TIMEOUT);
      this.waiting.set(id, { answer, timer });
      wire.send({ ...request, id });
    });
  }

  private reply({ id, error, token }: Reply): void {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.waiting.delete(id);
    waiting.answer(error ? this.refusal(error) : { done: true, token: token ?? "" });
  }

  private refusal(why: Code | "offline"): Answer {
    if (this.ending === null) this.setup.refused(why);
    return { done: false, why };
  }

  /** Gives the token to who waits for one; whether anybody did. */
  private letIn(token: string): boolean {
    const waiting = [...this.atTheDoor];
    this.atTheDoor.clear();
    for (const take of waiting) take(token);
    return waiting.length > 0;
  }
}
