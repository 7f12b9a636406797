/** What the wall of rooms knows of pictures and voices in them. */

import type { Readable } from "../media/store";

/** Somebody in a breakout room as the wall receives them. */
export interface WallPerson {
  readonly identity: string;
  /** Sends a picture. */
  readonly camera: boolean;
  /** Changes whenever the picture must be attached anew; "" while it is not received. */
  readonly cameraKey: string;
  readonly speaking: boolean;
  /** When the person last spoke, milliseconds since the epoch; 0 = never. */
  readonly spokeAt: number;
}

export interface WallState {
  readonly connection: "connecting" | "connected" | "reconnecting" | "failed";
  /** By identity. */
  readonly people: ReadonlyMap<string, WallPerson>;
  readonly soundBlocked: boolean;
}

export interface WallPort {
  readonly state: Readable<WallState>;
  /** Receives the small pictures of these people, and of nobody else. */
  show(identities: ReadonlySet<string>): void;
  /** Plays the voices of these people, and of nobody else. */
  listen(identities: ReadonlySet<string>): void;
  attach(identity: string, element: HTMLVideoElement): () => void;
  enableSound(): Promise<void>;
  /** Connects again after a failure. */
  retry(): void;
  /** Ends it; the port is good for nothing afterwards. */
  close(): void;
}

export const EMPTY_WALL: WallState = { connection: "connecting", people: new Map(), soundBlocked: false };
