import type { Room } from "livekit-client";
import { expect, it } from "vitest";

import type { LiveKit } from "../../src/media/livekit";
import { Receiving, receive } from "../../src/media/receiving";

it("receives shared screens whole whatever is saved", () => {
  expect(receive("screen", { saving: true, quality: "low" })).toEqual({ on: true, best: "HIGH" });
});

it.each([
  [false, "auto", { on: true, best: "HIGH" }],
  [false, "low", { on: true, best: "LOW" }],
  [true, "medium", { on: false, best: "MEDIUM" }],
] as const)("receives cameras with saving %s and quality %s as %j", (saving, quality, wanted) => {
  expect(receive("camera", { saving, quality })).toEqual(wanted);
});

it("tells the server what changed, once", () => {
  const told: string[] = [];
  const camera = {
    isDesired: true,
    videoQuality: 2,
    setSubscribed(on: boolean) {
      this.isDesired = on;
      told.push(`subscribed ${on}`);
    },
    setVideoQuality(quality: number) {
      this.videoQuality = quality;
      told.push(`quality ${quality}`);
    },
  };
  const room = { remoteParticipants: new Map([["p2", { getTrackPublication: () => camera }]]) };
  const livekit = { VideoQuality: { LOW: 0, MEDIUM: 1, HIGH: 2 }, Track: { Source: { Camera: "camera" } } };
  const receiving = new Receiving(livekit as unknown as LiveKit, room as unknown as Room);
  receiving.apply({ saving: false, quality: "auto" });
  receiving.apply({ saving: true, quality: "low" });
  receiving.apply({ saving: true, quality: "low" });
  receiving.apply({ saving: false, quality: "low" });
  expect(told).toEqual(["subscribed false", "subscribed true", "quality 0"]);
});
