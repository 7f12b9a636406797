/** The check of camera and microphone before a call: opens them, tells what is wrong, and hands them over. */

import { openBoth, openDevice } from "./capture";
import type { Choices } from "./choices";
import { faultOf, type Device, type Fault } from "./faults";
import type { Handover } from "./publishing";
import { Store } from "./store";

export interface Checked {
  /** The person wants it on. */
  readonly on: boolean;
  readonly id: string;
  readonly starting: boolean;
  readonly track: MediaStreamTrack | null;
  readonly fault: Fault | null;
}

export type CheckState = Readonly<Record<Device, Checked>>;

export interface Opener {
  readonly one: (device: Device, id: string) => Promise<MediaStreamTrack>;
  readonly both: (cameraId: string, microphoneId: string) => Promise<Record<Device, MediaStreamTrack>>;
}

const DEVICES: readonly Device[] = ["camera", "microphone"];

export class DeviceCheck {
  readonly state: Store<CheckState>;
  private closed = false;
  /** Counts the openings of each device: an answer to an older one is thrown away. */
  private readonly turn: Record<Device, number> = { camera: 0, microphone: 0 };

  constructor(
    choices: Choices,
    private readonly opener: Opener = { one: openDevice, both: openBoth },
  ) {
    const checked = (on: boolean, id: string): Checked => ({ on, id, starting: false, track: null, fault: null });
    this.state = new Store<CheckState>({
      camera: checked(choices.camera, choices.cameraId),
      microphone: checked(choices.microphone, choices.microphoneId),
    });
  }

  /** Opens what is wanted: both at once when both are, so that the browser asks one question. */
  async start(): Promise<void> {
    const { camera, microphone } = this.state.get();
    if (camera.on && microphone.on) {
      const turns = DEVICES.map((device) => this.begin(device));
      const tracks = await this.opener.both(camera.id, microphone.id).catch(() => null);
      if (tracks) {
        DEVICES.forEach((device, index) => this.opened(device, turns[index] ?? 0, tracks[device]));
        return;
      }
    }
    // One at a time: what is wrong with the one must not hide the other.
    for (const device of DEVICES) if (this.state.get()[device].on) await this.open(device);
  }

  async set(device: Device, on: boolean): Promise<void> {
    this.stopTrack(device);
    this.patch(device, { on, fault: null, starting: false });
    if (on) await this.open(device);
  }

  async choose(device: Device, id: string): Promise<void> {
    this.stopTrack(device);
    this.patch(device, { id, on: true, fault: null });
    await this.open(device);
  }

  /** A device came or went: looks again for what was missing. */
  async lookAgain(): Promise<void> {
    for (const device of DEVICES) {
      const { on, fault, starting } = this.state.get()[device];
      if (on && fault === "missing" && !starting) await this.open(device);
    }
  }

  /** Resolves when no device is being opened: people press the button before the browser's question is answered. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (DEVICES.some((device) => this.state.get()[device].starting)) return;
        stop();
        resolve();
      };
      const stop = this.state.subscribe(look);
      look();
    });
  }

  /** Gives the live tracks away; the check is over. */
  handOver(): Handover {
    const { camera, microphone } = this.state.get();
    this.closed = true;
    return {
      ...(camera.track ? { camera: camera.track } : {}),
      ...(microphone.track ? { microphone: microphone.track } : {}),
    };
  }

  /** Turns everything off, unless it was handed over. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const device of DEVICES) this.stopTrack(device);
  }

  private async open(device: Device): Promise<void> {
    const turn = this.begin(device);
    try {
      this.opened(device, turn, await this.opener.one(device, this.state.get()[device].id));
    } catch (error) {
      if (turn === this.turn[device]) this.patch(device, { starting: false, fault: faultOf(error) });
    }
  }

  private begin(device: Device): number {
    this.turn[device] += 1;
    this.patch(device, { starting: true, fault: null });
    return this.turn[device];
  }

  private opened(device: Device, turn: number, track: MediaStreamTrack): void {
    if (this.closed || turn !== this.turn[device]) {
      track.stop();
      return;
    }
    track.addEventListener("ended", () => {
      // The browser ends a track when its device is unplugged.
      if (this.state.get()[device].track === track) this.patch(device, { track: null, fault: "missing" });
    });
    this.patch(device, { track, starting: false });
  }

  private stopTrack(device: Device): void {
    this.turn[device] += 1;
    this.state.get()[device].track?.stop();
    this.patch(device, { track: null });
  }

  private patch(device: Device, fields: Partial<Checked>): void {
    this.state.patch({ [device]: { ...this.state.get()[device], ...fields } });
  }
}
