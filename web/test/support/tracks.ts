/** Tracks of made-up devices. */

export class FakeTrack extends EventTarget {
  readyState: MediaStreamTrackState = "live";

  constructor(
    readonly kind: "audio" | "video",
    readonly id = `${kind}-${Math.random().toString(36).slice(2)}`,
  ) {
    super();
  }

  stop(): void {
    this.readyState = "ended";
  }

  /** The device is pulled out. */
  unplug(): void {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }

  get real(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

export function browserError(name: string, message = ""): Error {
  return new DOMException(message, name);
}
