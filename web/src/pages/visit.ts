/** A person's visit to one call's page: asks the server, owns the session, and moves the flow. */

import type { CallPort } from "../call/port";
import type { ClassPort } from "../classroom/port";
import { pause } from "../media/backoff";
import type { Handover } from "../media/publishing";
import { Store } from "../media/store";
import type { Call } from "../protocol/calls";
import { Problem } from "../protocol/problem";
import { next, START, type Flow, type Refusal, type Step } from "./flow";

/** A started stay in a call; `over` resolves when it has ended for this page. */
export interface Stay {
  readonly port: CallPort;
  readonly klass: ClassPort;
  readonly over: Promise<void>;
}

export interface VisitSetup {
  readonly ask: (signal: AbortSignal) => Promise<Call>;
  readonly stay: (handover: Handover) => Promise<Stay>;
}

/** Between two questions whether the call has started, milliseconds: a class of 30 asks 8 times a second in all. */
const POLL_INTERVAL = 4000;

export class Visit {
  readonly flow = new Store<Flow>(START);
  /** The person's stay in the call; null while it is being prepared and outside of calls. */
  readonly stays = new Store<Stay | null>(null);
  private readonly stop = new AbortController();

  constructor(private readonly setup: VisitSetup) {}

  /** Begins the visit. To be called once. */
  begin(): void {
    void this.ask();
  }

  join(handover: Handover): void {
    this.step({ kind: "join" });
    void this.stay(handover);
  }

  /** Back into the call after leaving, or another question after a problem. */
  again(): void {
    this.step({ kind: "again" });
    void this.ask();
  }

  close(): void {
    this.stop.abort();
    this.stays.get()?.port.leave();
  }

  private step(step: Step): void {
    this.flow.set(next(this.flow.get(), step));
  }

  private async ask(): Promise<void> {
    try {
      do {
        this.step(await this.question());
        if (this.flow.get().at === "waiting") await pause(POLL_INTERVAL, this.stop.signal);
      } while (this.flow.get().at === "waiting");
    } catch {
      return; // The page was closed.
    }
    if (this.flow.get().at === "call") await this.stay({});
  }

  private async question(): Promise<Step> {
    try {
      return { kind: "told", call: await this.setup.ask(this.stop.signal) };
    } catch (error) {
      return { kind: "refused", problem: refusalOf(error) };
    }
  }

  private async stay(handover: Handover): Promise<void> {
    try {
      const stay = await this.setup.stay(handover);
      this.stays.set(stay);
      await stay.over;
      this.step({ kind: "over", ending: stay.port.state.get().ending ?? "network" });
    } catch {
      // The call's code could not be loaded.
      this.step({ kind: "over", ending: "network" });
    }
    this.stays.set(null);
  }
}

function refusalOf(error: unknown): Refusal {
  return error instanceof Problem && error.code !== "call_not_running" ? error.code : "other";
}
