/** As much of the LiveKit client as a session touches, without a server: the test plays the server's part. */

import { EventEmitter } from "node:events";

import type { LiveKit } from "../../src/media/livekit";

export const RoomEvent = {
  ConnectionStateChanged: "connectionStateChanged",
  Disconnected: "disconnected",
  AudioPlaybackStatusChanged: "audioPlaybackStatusChanged",
  TrackMuted: "trackMuted",
  ParticipantConnected: "participantConnected",
};
const ConnectionState = {
  Disconnected: "disconnected",
  Connecting: "connecting",
  Connected: "connected",
  Reconnecting: "reconnecting",
  SignalReconnecting: "signalReconnecting",
};
const Source = { Camera: "camera", Microphone: "microphone", ScreenShare: "screen_share" };

class FakeParticipant {
  attributes: Record<string, string> = {};
  permissions: unknown = undefined;
  isSpeaking = false;
  connectionQuality = "excellent";
  joinedAt = new Date(0);
  readonly publications = new Map<string, { isMuted: boolean; trackSid: string; source: string }>();
  readonly published: unknown[] = [];
  failure: Error | null = null;
  /** How the screen was to be captured the last time. */
  capture: unknown = undefined;

  constructor(
    readonly identity: string,
    readonly name: string,
  ) {}

  get isMicrophoneEnabled(): boolean {
    return this.publications.get("microphone")?.isMuted === false;
  }

  getTrackPublication(source: string) {
    return this.publications.get(source);
  }

  private set(source: string, on: boolean): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    this.publications.set(source, { isMuted: !on, trackSid: `TR_${source}`, source });
    return Promise.resolve();
  }

  setCameraEnabled(on: boolean): Promise<void> {
    return this.set("camera", on);
  }

  setMicrophoneEnabled(on: boolean): Promise<void> {
    return this.set("microphone", on);
  }

  setScreenShareEnabled(on: boolean, capture?: unknown): Promise<void> {
    this.capture = capture;
    return this.set("screen_share", on);
  }

  publishTrack(track: { media: unknown }, { source }: { source: string }): Promise<void> {
    this.published.push(track.media);
    return this.set(source, true);
  }
}

export class FakeRoom extends EventEmitter {
  state = ConnectionState.Disconnected;
  canPlaybackAudio = true;
  readonly localParticipant = new FakeParticipant("me", "Петров Илья");
  readonly remoteParticipants = new Map<string, FakeParticipant>();
  readonly tokens: string[] = [];
  /** Rejections of the next connections, first to last. */
  failures: Error[] = [];

  connect(_: string, token: string): Promise<void> {
    this.tokens.push(token);
    const failure = this.failures.shift();
    if (failure) return Promise.reject(failure);
    this.become("connected");
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    if (this.state !== ConnectionState.Disconnected) this.drop(1);
    return Promise.resolve();
  }

  /** The connection ends for a DisconnectReason number. */
  drop(reason?: number): void {
    this.become("disconnected");
    this.emit(RoomEvent.Disconnected, reason);
  }

  become(state: string): void {
    this.state = state;
    this.emit(RoomEvent.ConnectionStateChanged, state);
  }

  join(identity: string, name: string): void {
    const participant = new FakeParticipant(identity, name);
    this.remoteParticipants.set(identity, participant);
    this.emit(RoomEvent.ParticipantConnected, participant);
  }
}

/** The module as the session imports it; the room it makes is in `rooms`. */
export function fakeLiveKit(): { livekit: LiveKit; rooms: FakeRoom[] } {
  const rooms: FakeRoom[] = [];
  class Room extends FakeRoom {
    constructor() {
      super();
      rooms.push(this);
    }
  }
  class LocalTrack {
    constructor(readonly media: unknown) {}

    getProcessor(): undefined {
      return undefined;
    }
  }
  const module = {
    Room,
    // Events that no test sends need names of their own only.
    RoomEvent: new Proxy<Record<string, string>>(RoomEvent, { get: (events, name: string) => events[name] ?? name }),
    ConnectionState,
    Track: { Source, Kind: { Audio: "audio", Video: "video" }, StreamState: { Paused: "paused" } },
    VideoPresets: { h720: { resolution: {} } },
    ScreenSharePresets: { h1080fps15: { encoding: {} } },
    LocalVideoTrack: LocalTrack,
    LocalAudioTrack: LocalTrack,
    RemoteTrack: class {},
  };
  return { livekit: module as unknown as LiveKit, rooms };
}
