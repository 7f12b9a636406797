/**
 * The wall's own connection: a second LiveKit room where everybody in breakout rooms can be seen and heard. Receives
 * only what was asked for, pictures at the smallest layer; comes back by itself with a fresh token.
 */

import type { RemoteParticipant, RemoteTrackPublication, Room } from "livekit-client";

import { delayOf, pause } from "../media/backoff";
import type { LiveKit } from "../media/livekit";
import { playSound } from "../media/sound";
import { Store } from "../media/store";
import { EMPTY_WALL, type WallPerson, type WallPort, type WallState } from "./wall-port";

export interface WallSetup {
  readonly livekit: () => Promise<LiveKit>;
  /** WebSocket address of the server. */
  readonly url: string;
  /** Asks for a token; null: not now. */
  readonly token: () => Promise<string | null>;
  /** Tells the server that the wall is no longer looked at. */
  readonly closed: () => void;
}

/** Tries in a row before the person is asked. */
const TRIES = 4;
const NOBODY: ReadonlySet<string> = new Set();

export class WallSession implements WallPort {
  readonly state = new Store<WallState>(EMPTY_WALL);
  private readonly stop = new AbortController();
  private livekit: LiveKit | null = null;
  private room: Room | null = null;
  private silence: () => void = () => undefined;
  private shown = NOBODY;
  private heard = NOBODY;
  private refreshing = false;

  constructor(private readonly setup: WallSetup) {}

  private isClosed(): boolean {
    return this.stop.signal.aborted;
  }

  /** Stays connected until closed or given up. Never rejects. */
  async run(): Promise<void> {
    this.state.patch({ connection: "connecting" });
    for (let attempt = 0; attempt < TRIES && !this.isClosed(); attempt += 1) {
      try {
        if (attempt > 0) await pause(delayOf(attempt - 1, Math.random()), this.stop.signal);
        if (await this.stay()) attempt = 0;
      } catch {
        // The next try tells; closing ends the loop.
      }
      if (!this.isClosed()) this.state.patch({ connection: "reconnecting", people: new Map() });
    }
    if (!this.isClosed()) this.state.patch({ connection: "failed" });
  }

  /** One connection from its beginning to its end; true if it came about. */
  private async stay(): Promise<boolean> {
    const livekit = (this.livekit ??= await this.setup.livekit());
    const token = await this.setup.token();
    if (token === null || this.isClosed()) return false;
    const room = new livekit.Room({ adaptiveStream: false, dynacast: false, singlePeerConnection: false });
    const over = new Promise<void>((resolve) => room.once(livekit.RoomEvent.Disconnected, () => resolve()));
    this.room = room;
    this.silence = playSound(livekit, room);
    this.follow(livekit, room);
    try {
      await room.connect(this.setup.url, token, { autoSubscribe: false });
      this.state.patch({ connection: "connected" });
      this.refresh();
      await over;
      return true;
    } finally {
      this.silence();
      this.room = null;
      void room.disconnect();
    }
  }

  private follow(livekit: LiveKit, room: Room): void {
    const { RoomEvent } = livekit;
    const refresh = () => this.refreshSoon();
    room
      .on(RoomEvent.ParticipantConnected, refresh)
      .on(RoomEvent.ParticipantDisconnected, refresh)
      .on(RoomEvent.TrackPublished, refresh)
      .on(RoomEvent.TrackUnpublished, refresh)
      .on(RoomEvent.TrackSubscribed, (_, publication) => {
        smallest(livekit, publication);
        refresh();
      })
      .on(RoomEvent.TrackUnsubscribed, refresh)
      .on(RoomEvent.TrackMuted, refresh)
      .on(RoomEvent.TrackUnmuted, refresh)
      .on(RoomEvent.ActiveSpeakersChanged, refresh)
      .on(RoomEvent.AudioPlaybackStatusChanged, () => this.state.patch({ soundBlocked: !room.canPlaybackAudio }));
  }

  private refreshSoon(): void {
    if (this.refreshing) return;
    this.refreshing = true;
    queueMicrotask(() => {
      this.refreshing = false;
      this.refresh();
    });
  }

  /** Asks for what is wanted and shows what there is; people who did not change stay the same objects. */
  private refresh(): void {
    const { livekit, room } = this;
    if (!livekit || !room) return;
    const before = this.state.get().people;
    const people = new Map<string, WallPerson>();
    for (const participant of room.remoteParticipants.values()) {
      this.subscribe(livekit, participant);
      const now = wallPerson(livekit, participant);
      const was = before.get(now.identity);
      people.set(now.identity, was && same(was, now) ? was : now);
    }
    const unchanged = people.size === before.size && [...people].every(([identity, person]) => before.get(identity) === person);
    if (!unchanged) this.state.patch({ people });
  }

  private subscribe(livekit: LiveKit, participant: RemoteParticipant): void {
    for (const publication of participant.trackPublications.values()) {
      const isCamera = publication.source === livekit.Track.Source.Camera;
      const isVoice = publication.source === livekit.Track.Source.Microphone;
      const wanted =
        (isCamera && !publication.isMuted && this.shown.has(participant.identity)) ||
        (isVoice && this.heard.has(participant.identity));
      if (publication.isDesired === wanted) continue;
      publication.setSubscribed(wanted);
      if (wanted) smallest(livekit, publication);
    }
  }

  show(identities: ReadonlySet<string>): void {
    this.shown = identities;
    this.refreshSoon();
  }

  listen(identities: ReadonlySet<string>): void {
    this.heard = identities;
    this.refreshSoon();
  }

  attach(identity: string, element: HTMLVideoElement): () => void {
    const source = this.livekit?.Track.Source.Camera;
    const participant = this.room?.getParticipantByIdentity(identity);
    const track = source && participant?.getTrackPublication(source)?.track;
    track?.attach(element);
    return () => track?.detach(element);
  }

  async enableSound(): Promise<void> {
    await this.room?.startAudio().catch(() => undefined);
    this.state.patch({ soundBlocked: this.room?.canPlaybackAudio === false });
  }

  retry(): void {
    if (this.state.get().connection === "failed") void this.run();
  }

  close(): void {
    this.stop.abort();
    void this.room?.disconnect();
    this.setup.closed();
  }
}

function smallest(livekit: LiveKit, publication: RemoteTrackPublication): void {
  if (publication.kind === livekit.Track.Kind.Video) publication.setVideoQuality(livekit.VideoQuality.LOW);
}

function wallPerson(livekit: LiveKit, participant: RemoteParticipant): WallPerson {
  const camera = participant.getTrackPublication(livekit.Track.Source.Camera);
  const on = camera !== undefined && !camera.isMuted;
  const track = on ? camera.track : undefined;
  return {
    identity: participant.identity,
    camera: on,
    cameraKey: track ? `${camera?.trackSid ?? ""} ${track.mediaStreamTrack.id}` : "",
    speaking: participant.isSpeaking,
    spokeAt: participant.lastSpokeAt?.getTime() ?? 0,
  };
}

function same(a: WallPerson, b: WallPerson): boolean {
  return a.camera === b.camera && a.cameraKey === b.cameraKey && a.speaking === b.speaking && a.spokeAt === b.spokeAt;
}
