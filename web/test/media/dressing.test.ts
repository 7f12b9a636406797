import { beforeEach, expect, it, vi } from "vitest";

import type { Choices } from "../../src/media/choices";
import type { LiveKit } from "../../src/media/livekit";
import { FIRST_PREFERENCES } from "../../src/media/preferences";
import { Publishing } from "../../src/media/publishing";
import { FakeTrack } from "../support/tracks";

vi.mock("../../src/media/blur", () => ({ openBlur: () => Promise.resolve("blur") }));
vi.mock("../../src/media/capture", async (original) => ({
  ...(await original<object>()),
  openDevice: () => Promise.resolve(new FakeTrack("video")),
}));

let log: string[] = [];
let choices: Choices;

/** A camera of the client library. */
class Camera {
  isMuted = false;
  processor: unknown = undefined;

  getProcessor(): unknown {
    return this.processor;
  }

  setProcessor(processor: unknown): Promise<void> {
    this.processor = processor;
    log.push("dressed");
    return Promise.resolve();
  }

  stopProcessor(): Promise<void> {
    this.processor = undefined;
    log.push("undressed");
    return Promise.resolve();
  }
}

function publishing() {
  let camera: Camera | null = null;
  const localParticipant = {
    getTrackPublication: () => (camera ? { videoTrack: camera } : undefined),
    publishTrack: (track: Camera) => {
      camera = track;
      log.push("published");
      return Promise.resolve();
    },
    unpublishTrack: () => {
      camera = null;
      log.push("unpublished");
      return Promise.resolve();
    },
    setCameraEnabled: (on: boolean) => {
      camera ??= new Camera();
      camera.isMuted = !on;
      log.push(on ? "on" : "off");
      return Promise.resolve();
    },
  };
  const livekit = { Track: { Source: {} }, LocalVideoTrack: Camera } as unknown as LiveKit;
  return new Publishing(livekit, { localParticipant } as never, () => choices, {}, vi.fn());
}

beforeEach(() => {
  log = [];
  choices = { ...FIRST_PREFERENCES, camera: true, microphone: true, cameraId: "", microphoneId: "", speakerId: "" };
});

it("dresses a camera before anybody sees it, and keeps it dressed", async () => {
  choices = { ...choices, blur: true };
  const media = publishing();
  await media.turn("camera", true);
  await media.turn("camera", false);
  await media.turn("camera", true);
  expect(log).toEqual(["dressed", "published", "off", "on"]);
});

it("dresses and undresses a camera that is on", async () => {
  const media = publishing();
  await media.turn("camera", true);
  for (const blur of [true, true, false]) {
    choices = { ...choices, blur };
    await media.dress();
  }
  expect(log).toEqual(["on", "dressed", "undressed"]);
});

it("publishes another camera when the dress was changed while it was off", async () => {
  const media = publishing();
  await media.turn("camera", true);
  await media.turn("camera", false);
  choices = { ...choices, blur: true };
  await media.dress();
  await media.turn("camera", true);
  await media.turn("camera", false);
  choices = { ...choices, blur: false };
  await media.turn("camera", true);
  expect(log).toEqual(["on", "off", "unpublished", "dressed", "published", "off", "unpublished", "on"]);
});
