/** Turns camera, microphone and screen on and off in a room; takes over the tracks that the check before opened. */

import type { LocalAudioTrack, LocalVideoTrack, Room } from "livekit-client";

import type { Source } from "../call/port";
import { constraintsOf, voiceOf } from "./capture";
import type { Choices } from "./choices";
import type { Device } from "./faults";
import type { LiveKit } from "./livekit";
import { FIRST_PREFERENCES, sameVoice } from "./preferences";
import { reshape, screenCapture, screenEncoding } from "./screen";

export type Handover = Partial<Record<Device, MediaStreamTrack>>;

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
      const { screenHint } = this.choices();
      await (on
        ? me.setScreenShareEnabled(true, screenCapture(screenHint), screenEncoding(screenHint))
        : me.setScreenShareEnabled(false));
      return;
    }
    if (on && (await this.publishHandover(source))) return;
    const choices = this.choices();
    if (source === "camera") {
      const deviceId = choices.cameraId;
      await me.setCameraEnabled(on, on && deviceId ? { deviceId } : undefined);
    } else {
      const deviceId = choices.microphoneId;
      await me.setMicrophoneEnabled(on, on ? { ...voiceOf(choices), ...(deviceId ? { deviceId } : {}) } : undefined);
    }
  }

  /** Opens the microphone anew with the chosen care for the voice, if it is published. Rejects with the browser's error. */
  async revoice(): Promise<void> {
    const choices = this.choices();
    const { Microphone } = this.livekit.Track.Source;
    const track = this.room.localParticipant.getTrackPublication(Microphone)?.audioTrack;
    await track?.restartTrack(constraintsOf("microphone", choices.microphoneId, choices) as object);
  }

  /** Makes the screen that is being shared, if one is, fit the chosen hint. Rejects with the browser's error. */
  async reshapeScreen(): Promise<void> {
    const { ScreenShare } = this.livekit.Track.Source;
    const track = this.room.localParticipant.getTrackPublication(ScreenShare)?.videoTrack;
    if (track) await reshape(track, this.choices().screenHint);
  }

  /** Publishes the device's track of the check when it is still live: no second permission question in Firefox. */
  private async publishHandover(device: Device): Promise<boolean> {
    const media = this.handover[device];
    this.handover = { ...this.handover, [device]: undefined };
    if (media?.readyState !== "live") return false;
    await this.room.localParticipant.publishTrack(this.adopt(device, media), {
      source: device === "camera" ? this.livekit.Track.Source.Camera : this.livekit.Track.Source.Microphone,
    });
    // The check before the call opens microphones in the first way.
    if (device === "microphone" && !sameVoice(this.choices(), FIRST_PREFERENCES)) await this.revoice();
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
