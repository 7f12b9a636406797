/** A call without a server: keeps what was asked of it. */

import { EMPTY_STATE, type CallPort, type CallState, type Picture, type Source } from "../../src/call/port";
import type { Preferences } from "../../src/media/preferences";
import { Store } from "../../src/media/store";

export class FakeCall implements CallPort {
  readonly state: Store<CallState>;
  readonly asked: string[] = [];

  constructor(
    fields: Partial<CallState> = {},
    private readonly paint: (identity: string, picture: Picture, element: HTMLVideoElement) => () => void = () => () =>
      undefined,
  ) {
    this.state = new Store<CallState>({ ...EMPTY_STATE, connection: "connected", ...fields });
  }

  turn(source: Source, on: boolean): Promise<void> {
    this.asked.push(`${source} ${on ? "on" : "off"}`);
    const people = this.state.get().people.map((person) => (person.own ? { ...person, [source]: on } : person));
    this.state.patch({ people });
    return Promise.resolve();
  }

  chooseDevice(device: string, id: string): Promise<void> {
    this.asked.push(`${device} ${id}`);
    return Promise.resolve();
  }

  prefer(fields: Partial<Preferences>): Promise<void> {
    this.asked.push(`prefer ${JSON.stringify(fields)}`);
    this.state.patch({ preferences: { ...this.state.get().preferences, ...fields } });
    return Promise.resolve();
  }

  microphone(): MediaStreamTrack | null {
    return null;
  }

  attach(identity: string, picture: Picture, element: HTMLVideoElement): () => void {
    this.asked.push(`attach ${identity} ${picture}`);
    return this.paint(identity, picture, element);
  }

  preview(element: HTMLVideoElement): (() => void) | null {
    return this.paint("p1", "camera", element);
  }

  enableSound(): Promise<void> {
    this.asked.push("sound");
    this.state.patch({ soundBlocked: false });
    return Promise.resolve();
  }

  announce(text: string, note: boolean): void {
    const { log } = this.state.get();
    this.state.patch({ log: [...log, { id: log.length + 1, text, note }] });
  }

  leave(): void {
    this.asked.push("leave");
  }
}
