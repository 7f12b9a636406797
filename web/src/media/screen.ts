/** How a screen is captured and sent: for letters or for motion. */

import type { LocalVideoTrack, ScreenShareCaptureOptions, TrackPublishOptions } from "livekit-client";

import type { ScreenHint } from "./preferences";

interface Shape {
  readonly contentHint: "detail" | "motion";
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Bits per second. */
  readonly maxBitrate: number;
}

const SHAPES: Readonly<Record<ScreenHint, Shape>> = {
  text: { contentHint: "detail", width: 1920, height: 1080, frameRate: 15, maxBitrate: 2_500_000 },
  video: { contentHint: "motion", width: 1280, height: 720, frameRate: 30, maxBitrate: 2_500_000 },
};

/** With `sound` that of the shared tab comes along where the browser offers it. */
export function screenCapture(hint: ScreenHint, sound: boolean): ScreenShareCaptureOptions {
  const { contentHint, width, height, frameRate } = SHAPES[hint];
  return { audio: sound, contentHint, resolution: { width, height, frameRate } };
}

export function screenEncoding(hint: ScreenHint): TrackPublishOptions {
  const { maxBitrate, frameRate } = SHAPES[hint];
  return { screenShareEncoding: { maxBitrate, maxFramerate: frameRate } };
}

/** Makes a screen that is being shared fit the hint. Rejects with the browser's error. */
export async function reshape(track: LocalVideoTrack, hint: ScreenHint): Promise<void> {
  const { contentHint, width, height, frameRate } = SHAPES[hint];
  track.mediaStreamTrack.contentHint = contentHint;
  await track.mediaStreamTrack.applyConstraints({
    width: { max: width },
    height: { max: height },
    frameRate: { max: frameRate },
  });
  const { sender } = track;
  if (!sender) return;
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxFramerate = frameRate;
  await sender.setParameters(parameters);
}
