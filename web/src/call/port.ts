/** What the call's components know of a call: a state to show and the few things a person can do. */

import type { Readable } from "../media/store";
import type { Device, Fault } from "../media/faults";
import { FIRST_PREFERENCES, type Preferences } from "../media/preferences";
import type { ProblemCode } from "../protocol/problem";

export type CallRole = "administrator" | "teacher" | "student" | "parent";
export type Quality = "excellent" | "good" | "poor" | "lost" | "unknown";
export type Picture = "camera" | "screen";
export type Source = Device | "screen";

/** One participant as the page shows it. */
export interface Person {
  readonly identity: string;
  readonly name: string;
  /** null for guests that no roster knows. */
  readonly role: CallRole | null;
  /** The person at this page. */
  readonly own: boolean;
  readonly speaking: boolean;
  /** When the person last spoke, milliseconds since the epoch; 0 = never. */
  readonly spokeAt: number;
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  /** Changes whenever a picture must be attached anew; "" = there is none. */
  readonly cameraKey: string;
  readonly screenKey: string;
  /** The server stopped the picture for want of bandwidth. */
  readonly paused: boolean;
  readonly quality: Quality;
}

export type Connection = "connecting" | "connected" | "reconnecting";

/** Why a call is over for this page: a word of `words.left`, or the problem that forbids to enter again. */
export type Ending = "left" | "removed" | "refused" | "ended" | "elsewhere" | "full" | "network" | ProblemCode;

/** One thing to tell the person: read out always, and shown as a note when `note` is set. */
export interface Announcement {
  readonly id: number;
  readonly text: string;
  readonly note: boolean;
}

export interface CallState {
  readonly connection: Connection;
  /** In the order of joining. */
  readonly people: readonly Person[];
  /** What the administrator lets this person publish. */
  readonly may: Readonly<Record<Source, boolean>>;
  /** What is being turned on or off this moment. */
  readonly pending: readonly Source[];
  /** The camera or microphone that last failed to start, and why. */
  readonly faults: Readonly<Record<Device, Fault | null>>;
  readonly soundBlocked: boolean;
  readonly preferences: Preferences;
  /** The latest few, oldest first. */
  readonly log: readonly Announcement[];
  readonly ending: Ending | null;
}

export interface CallPort {
  readonly state: Readable<CallState>;
  /** Turns a source on or off. Failures come as announcements and `faults`, never as rejections. */
  turn(source: Source, on: boolean): Promise<void>;
  chooseDevice(device: Device | "speaker", id: string): Promise<void>;
  /** Takes over some preferences, keeps them and applies them at once. Never rejects. */
  prefer(fields: Partial<Preferences>): Promise<void>;
  /** The live track of the own microphone, to show its level; null when it is off. */
  microphone(): MediaStreamTrack | null;
  /** Shows a person's picture in an element until the returned function is called. */
  attach(identity: string, picture: Picture, element: HTMLVideoElement): () => void;
  /** Shows the camera that was opened before entering, until the returned function is called; null when there is none. */
  preview(element: HTMLVideoElement): (() => void) | null;
  enableSound(): Promise<void>;
  announce(text: string, note: boolean): void;
  leave(): void;
}

export const EMPTY_STATE: CallState = {
  connection: "connecting",
  people: [],
  may: { camera: true, microphone: true, screen: true },
  pending: [],
  faults: { camera: null, microphone: null },
  soundBlocked: false,
  preferences: FIRST_PREFERENCES,
  log: [],
  ending: null,
};
