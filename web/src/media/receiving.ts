/** What is received of other people's pictures. Sizes and hidden pictures are the client library's affair. */

import type { Room } from "livekit-client";

import type { Picture } from "../call/port";
import type { LiveKit } from "./livekit";
import type { Preferences } from "./preferences";

export interface Received {
  readonly on: boolean;
  /** The best layer that may come. */
  readonly best: "HIGH" | "MEDIUM" | "LOW";
}

const BEST = { auto: "HIGH", medium: "MEDIUM", low: "LOW" } as const;

/** Shared screens always come whole: a lesson is lost without them. */
export function receive(picture: Picture, { saving, quality }: Pick<Preferences, "saving" | "quality">): Received {
  if (picture === "screen") return { on: true, best: "HIGH" };
  return { on: !saving, best: BEST[quality] };
}

/** Tells the server what of the room's cameras this page wants; repeats nothing that it told before. */
export class Receiving {
  constructor(
    private readonly livekit: LiveKit,
    private readonly room: Room,
  ) {}

  apply(preferences: Pick<Preferences, "saving" | "quality">): void {
    const { on, best } = receive("camera", preferences);
    const quality = () => this.livekit.VideoQuality[best];
    for (const participant of this.room.remoteParticipants.values()) {
      const camera = participant.getTrackPublication(this.livekit.Track.Source.Camera);
      if (!camera) continue;
      if (camera.isDesired !== on) camera.setSubscribed(on);
      if (on && camera.videoQuality !== quality()) camera.setVideoQuality(quality());
    }
  }
}
