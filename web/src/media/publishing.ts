/** Turns camera, microphone and screen on and off in a room; takes over the tracks that the check before opened. */

import type { LocalAudioTrack, LocalVideoTrack, Room } from "livekit-client";

import type { Source } from "../call/port";
import { constraintsOf } from "./capture";
import type { Choices } from "./choices";
import type { Device } from "./faults";
import type { LiveKit } from "./livekit";

export type Handover = Partial<Record<Device, MediaStreamTrack>>;

/** Sound of the shared tab comes along where the browser offers it; text must stay sharp rather than smooth. */
const SCREEN = { audio: true, contentHint: "detail", resolution: { width: 1920, height: 1080, frameRate: 15 } } as const;

export class Publishing {
  constructor(
    private readonly livekit: LiveKit,
    private readonly room: Room,
    private readonly choices: () => Choices,
    private handover: Handover,
  ) {}

  /** Rejects with the browser's or the library's error. */
  async turn(source: Source, on: boolean): Promise<void> {
    const me = this.room.localParticipant;
    if (source === "screen") {
      await (on ? me.setScreenShareEnabled(true, SCREEN) : me.setScreenShareEnabled(false));
      return;
    }
    if (on && (await this.publishHandover(source))) return;
    const choices = this.choices();
    if (source === "camera") {
      const deviceId = choices.cameraId;
      await me.setCameraEnabled(on, on && deviceId ? { deviceId } : undefined);
    } else {
      const deviceId = choices.microphoneId;
      await me.setMicrophoneEnabled(on, on && deviceId ? { deviceId } : undefined);
    }
  }

  /** Publishes the device's track of the check when it is still live: no second permission question in Firefox. */
  private async publishHandover(device: Device): Promise<boolean> {
    const media = this.handover[device];
    this.handover = { ...this.handover, [device]: undefined };
    if (media?.readyState !== "live") return false;
    await this.room.localParticipant.publishTrack(this.adopt(device, media), {
      source: device === "camera" ? this.livekit.Track.Source.Camera : this.livekit.Track.Source.Microphone,
    });
    return true;
  }

  private adopt(device: Device, media: MediaStreamTrack): LocalAudioTrack | LocalVideoTrack {
    const { cameraId, microphoneId } = this.choices();
    return device === "camera"
      ? new this.livekit.LocalVideoTrack(media, constraintsOf("camera", cameraId), false)
      : new this.livekit.LocalAudioTrack(media, constraintsOf("microphone", microphoneId), false);
  }

  /** The camera of the check, as long as it is not published. */
  waitingCamera(): MediaStreamTrack | null {
    const { camera } = this.handover;
    return camera?.readyState === "live" ? camera : null;
  }

  /** Stops what was handed over and never published. */
  release(): void {
    this.handover.camera?.stop();
    this.handover.microphone?.stop();
    this.handover = {};
  }
}
