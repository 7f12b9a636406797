/**
 * A camera with a blurred background: every picture is cut along the person by a small network that runs in the page.
 * Network and model come from our own origin, and only when the blur is turned on.
 */

import type { Track, TrackProcessor, VideoProcessorOptions } from "livekit-client";

import { loadCutter, type Cut, type Cutter, type Size } from "./cutter";
import { Pace } from "./pace";

/** Pictures per second: each costs the processor about as much as the rest of the call's sending. */
const FRAME_RATE = 15;
/** Pixels of the longer side of what is sent. */
const LONG_SIDE = 640;
const BLUR = "blur(12px)";
/** Pixels by which the blurred picture is larger: a blur fades out at the edges of what it is given. */
const EDGE = 32;

/** `slow`: the device does not keep up. `broken`: files or the browser. */
export type BlurFault = "slow" | "broken";

/** A blur that could not start. */
export class BlurError extends Error {
  constructor(readonly fault: BlurFault) {
    super(`no blur: ${fault}`);
  }
}

/** Streams of pictures outside of elements: these go on while the page is hidden. Chromium has them. */
interface FrameStreams {
  readonly MediaStreamTrackProcessor?: new (init: { track: MediaStreamTrack; maxBufferSize: number }) => {
    readonly readable: ReadableStream<VideoFrame>;
  };
  readonly MediaStreamTrackGenerator?: new (init: { kind: "video" }) => MediaStreamTrack & {
    readonly writable: WritableStream<VideoFrame>;
  };
}

export function canBlur(): boolean {
  const streams = window as FrameStreams;
  return streams.MediaStreamTrackProcessor !== undefined && streams.MediaStreamTrackGenerator !== undefined;
}

/** `failed` is called once when the blur stops working later. Rejects with BlurError when it cannot start. */
export async function openBlur(failed: (fault: BlurFault) => void): Promise<BlurredCamera> {
  if (!canBlur()) throw new BlurError("broken");
  const cutter = await loadCutter().catch(() => {
    throw new BlurError("broken");
  });
  return new BlurredCamera(cutter, failed);
}

/** The size of what is sent for a picture of the given size; even, as codecs want it. */
export function blurredSize({ width, height }: Size): Size {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  const even = (side: number) => Math.max(2, 2 * Math.round((side * scale) / 2));
  return { width: even(width), height: even(height) };
}

export class BlurredCamera implements TrackProcessor<Track.Kind.Video, VideoProcessorOptions> {
  readonly name = "blur";
  processedTrack?: MediaStreamTrack;
  private stop = new AbortController();
  private readonly canvas = new OffscreenCanvas(LONG_SIDE, LONG_SIDE);

  constructor(
    private readonly cutter: Cutter,
    private readonly failed: (fault: BlurFault) => void,
  ) {}

  init({ track }: Pick<VideoProcessorOptions, "track">): Promise<void> {
    const { MediaStreamTrackProcessor, MediaStreamTrackGenerator } = window as FrameStreams;
    if (!MediaStreamTrackProcessor || !MediaStreamTrackGenerator) return Promise.reject(new BlurError("broken"));
    this.stop = new AbortController();
    const generator = new MediaStreamTrackGenerator({ kind: "video" });
    // Of two pictures that wait, the older is thrown away: a slow computer shows fewer pictures, not late ones.
    const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
    this.processedTrack = generator;
    const { signal } = this.stop;
    void this.run(readable, generator.writable, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      this.stop.abort();
      this.failed(error instanceof BlurError ? error.fault : "broken");
    });
    return Promise.resolve();
  }

  async restart(options: Pick<VideoProcessorOptions, "track">): Promise<void> {
    this.stop.abort();
    await this.init(options);
  }

  destroy(): Promise<void> {
    this.stop.abort();
    return Promise.resolve();
  }

  private async run(readable: ReadableStream<VideoFrame>, writable: WritableStream<VideoFrame>, signal: AbortSignal) {
    const reader = readable.getReader();
    const writer = writable.getWriter();
    signal.addEventListener("abort", () => void reader.cancel().catch(() => undefined));
    const pace = new Pace();
    let next = 0;
    for (;;) {
      const { done, value: frame } = await reader.read();
      if (done) break;
      const { timestamp } = frame;
      if (timestamp < next) {
        frame.close();
        continue;
      }
      next = timestamp + 1e6 / FRAME_RATE - 5000;
      const begun = performance.now();
      await this.blur(frame).finally(() => frame.close());
      if (pace.tooSlow(performance.now() - begun)) throw new BlurError("slow");
      const blurred = new VideoFrame(this.canvas, { timestamp });
      await writer.write(blurred).finally(() => blurred.close());
    }
    await writer.close().catch(() => undefined);
  }

  private async blur(frame: VideoFrame): Promise<void> {
    const size = blurredSize({ width: frame.displayWidth, height: frame.displayHeight });
    const { canvas } = this;
    if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
    await this.cutter.cut(frame, size, (cut) => this.paint(cut, size));
  }

  /** The person as they are over everything blurred. */
  private paint({ picture, mask }: Cut, { width, height }: Size): void {
    const context = this.canvas.getContext("2d");
    if (!context) throw new BlurError("broken");
    context.globalCompositeOperation = "copy";
    // A soft edge hides the network's jumping from picture to picture.
    context.filter = "blur(2px)";
    context.drawImage(mask, 0, 0, width, height);
    context.filter = "none";
    context.globalCompositeOperation = "source-in";
    context.drawImage(picture, 0, 0, width, height);
    context.globalCompositeOperation = "destination-over";
    context.filter = BLUR;
    context.drawImage(picture, -EDGE, -EDGE, width + 2 * EDGE, height + 2 * EDGE);
    context.filter = "none";
  }
}
