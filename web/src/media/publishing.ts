/** Turns camera, microphone and screen on and off in a room; takes over the tracks that the check before opened. */

import type { LocalAudioTrack, LocalVideoTrack, Room, Track } from "livekit-client";

import type { Source } from "../call/port";
import { openBlur, type BlurFault } from "./blur";
import { constraintsOf, openDevice, voiceOf } from "./capture";
import type { Choices } from "./choices";
import type { Device } from "./faults";
import type { LiveKit } from "./livekit";
import { mayShareSound } from "./people";
import { FIRST_PREFERENCES, sameVoice } from "./preferences";
import { reshape, screenCapture, screenEncoding } from "./screen";

export type Handover = Partial<Record<Device, MediaStreamTrack>>;

export class Publishing {
  /** Putting a blur on and taking it off, one after the other. */
  private dressing: Promise<void> = Promise.resolve();

  constructor(
    private readonly livekit: LiveKit,
    private readonly room: Room,
    private readonly choices: () => Choices,
    private handover: Handover,
    /** Called when a blur that worked has stopped. */
    private readonly blurLost: (fault: BlurFault) => void,
  ) {}

  /** Rejects with the browser's or the library's error. */
  async turn(source: Source, on: boolean): Promise<void> {
    const me = this.room.localParticipant;
    if (source === "screen") {
      const { screenHint } = this.choices();
      await (on
        ? me.setScreenShareEnabled(true, screenCapture(screenHint, mayShareSound(this.room)), screenEncoding(screenHint))
        : me.setScreenShareEnabled(false));
      return;
    }
    if (on && (await this.publishHandover(source))) return;
    const choices = this.choices();
    if (source === "camera") {
      if (on && (await this.publishBlurred())) return;
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
    const track = this.publication("Microphone")?.audioTrack;
    await track?.restartTrack(constraintsOf("microphone", choices.microphoneId, choices) as object);
  }

  /** Makes the screen that is being shared, if one is, fit the chosen hint. Rejects with the browser's error. */
  async reshapeScreen(): Promise<void> {
    const track = this.publication("ScreenShare")?.videoTrack;
    if (track) await reshape(track, this.choices().screenHint);
  }

  /** Blurs what is behind the person, or stops to, if the camera is on. Rejects with BlurError. */
  async dress(): Promise<void> {
    const track = this.publication("Camera")?.videoTrack;
    if (track instanceof this.livekit.LocalVideoTrack && !track.isMuted) await this.dressTrack(track);
  }

  private dressTrack(track: LocalVideoTrack): Promise<void> {
    const dressed = this.dressing.then(async () => {
      const { blur } = this.choices();
      if (blur === (track.getProcessor() !== undefined)) return;
      await (blur ? track.setProcessor(await openBlur(this.blurLost)) : track.stopProcessor());
    });
    this.dressing = dressed.catch(() => undefined);
    return dressed;
  }

  /** Publishes the camera if it is to be blurred: nobody must see the room behind the person, not for a moment. */
  private async publishBlurred(): Promise<boolean> {
    await this.dropOtherwiseDressed();
    if (!this.choices().blur || this.publication("Camera")) return false;
    await this.publish("camera", await openDevice("camera", this.choices().cameraId));
    return true;
  }

  /** A camera that is off cannot change its dress: another one is published when it goes on. */
  private async dropOtherwiseDressed(): Promise<void> {
    const track = this.publication("Camera")?.videoTrack;
    if (!(track instanceof this.livekit.LocalVideoTrack)) return;
    if ((track.getProcessor() !== undefined) !== this.choices().blur) await this.room.localParticipant.unpublishTrack(track);
  }

  private publication(source: keyof typeof Track.Source) {
    return this.room.localParticipant.getTrackPublication(this.livekit.Track.Source[source]);
  }

  /** Publishes the device's track of the check when it is still live: no second permission question in Firefox. */
  private async publishHandover(device: Device): Promise<boolean> {
    const media = this.handover[device];
    this.handover = { ...this.handover, [device]: undefined };
    if (media?.readyState !== "live") return false;
    await this.publish(device, media);
    // The check before the call opens microphones in the first way.
    if (device === "microphone" && !sameVoice(this.choices(), FIRST_PREFERENCES)) await this.revoice();
    return true;
  }

  private async publish(device: Device, media: MediaStreamTrack): Promise<void> {
    const { Camera, Microphone } = this.livekit.Track.Source;
    try {
      const track = device === "camera" ? await this.adoptCamera(media) : this.adoptMicrophone(media);
      await this.room.localParticipant.publishTrack(track, { source: device === "camera" ? Camera : Microphone });
    } catch (error) {
      media.stop();
      throw error;
    }
  }

  private async adoptCamera(media: MediaStreamTrack): Promise<LocalVideoTrack> {
    const track = new this.livekit.LocalVideoTrack(media, constraintsOf("camera", this.choices().cameraId), false);
    if (this.choices().blur) await this.dressTrack(track);
    return track;
  }

  private adoptMicrophone(media: MediaStreamTrack): LocalAudioTrack {
    return new this.livekit.LocalAudioTrack(media, constraintsOf("microphone", this.choices().microphoneId), false);
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
