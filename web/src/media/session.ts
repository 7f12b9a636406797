/**
 * One person's stay in one call: connects, publishes what the person wants, follows the room, and enters again by
 * itself with a fresh token when the connection cannot be saved. The rest of the page sees its state as `CallState`.
 */

import type { DisconnectReason, Room } from "livekit-client";

import type { CallPort, CallState, Ending, Picture, Source } from "../call/port";
import { EMPTY_STATE } from "../call/port";
import { words } from "../words";
import { stageWords } from "../words/stage";
import { delayOf, pause } from "./backoff";
import { BlurError, type BlurFault } from "./blur";
import type { Choices } from "./choices";
import { faultOf, type Device } from "./faults";
import { roomOptions, type LiveKit } from "./livekit";
import { changesOf } from "./news";
import { frozen, mayShareSound, peopleOf, rightsOf } from "./people";
import { preferencesOf, sameVoice, type Preferences } from "./preferences";
import { Publishing, type Handover } from "./publishing";
import { endingOf, endingOfFailure } from "./reasons";
import { Receiving } from "./receiving";
import { playSound } from "./sound";
import { Store } from "./store";

export interface SessionSetup {
  readonly livekit: LiveKit;
  /** WebSocket address of the server. */
  readonly url: string;
  /** Asks to be let in; rejects with `Problem`. */
  readonly enter: (signal: AbortSignal) => Promise<string>;
  readonly choices: () => Choices;
  readonly keepChoices: (choices: Choices) => void;
  readonly handover: Handover;
  /** What the person wants to send. The session writes here too, so the page can come back with the same wishes. */
  readonly wanted: Record<Device, boolean>;
}

/** Tries to get in for the first time before the person is asked what to do. */
const FIRST_TRIES = 4;
/** Announcements kept for reading out. */
const LOG_LENGTH = 6;

export class CallSession implements CallPort {
  readonly state = new Store<CallState>(EMPTY_STATE);
  readonly room: Room;
  private readonly publishing: Publishing;
  private readonly receiving: Receiving;
  private readonly stop = new AbortController();
  private readonly silence: () => void;
  private lastId = 0;
  private refreshing = false;
  private moved = false;
  private outcome: Ending = "left";

  constructor(private readonly setup: SessionSetup) {
    this.room = new setup.livekit.Room(roomOptions(setup.livekit, setup.choices()));
    this.publishing = new Publishing(setup.livekit, this.room, setup.choices, setup.handover, (fault) =>
      this.blurFailed(fault),
    );
    this.receiving = new Receiving(setup.livekit, this.room);
    this.state.patch({ preferences: preferencesOf({ ...setup.choices() }) });
    this.silence = playSound(setup.livekit, this.room);
    this.follow();
  }

  /** Stays in the call until it is over for this page; then `state.ending` says why. Never rejects. */
  async run(): Promise<void> {
    let ending: Ending | null = null;
    for (let attempt = 0, joined = false; ending === null; ) {
      try {
        if (attempt > 0) await pause(delayOf(attempt - 1, Math.random()), this.stop.signal);
        const token = await this.setup.enter(this.stop.signal);
        const over = this.disconnected();
        await this.room.connect(this.setup.url, token);
        joined = true;
        attempt = 0;
        this.connected();
        ending = endingOf(await over);
        if (this.stop.signal.aborted) ending = this.outcome;
      } catch (error) {
        ending = this.stop.signal.aborted ? this.outcome : endingOfFailure(error);
      }
      attempt += 1;
      if (!joined && attempt >= FIRST_TRIES) ending ??= "network";
      if (ending === null) this.lost();
    }
    this.finish(ending);
  }

  private disconnected(): Promise<DisconnectReason | undefined> {
    const { RoomEvent } = this.setup.livekit;
    return new Promise((resolve) => this.room.once(RoomEvent.Disconnected, resolve));
  }

  private connected(): void {
    this.state.patch({ connection: "connected" });
    this.refresh();
    for (const device of ["microphone", "camera"] as const) {
      if (this.setup.wanted[device] && this.state.get().may[device]) void this.turn(device, true);
    }
  }

  private lost(): void {
    const { connection, people } = this.state.get();
    if (connection === "connected" && people[0]?.screen) this.announce(words.announce.screenLost, true);
    this.state.patch({ connection: connection === "connecting" ? "connecting" : "reconnecting", people: frozen(people) });
  }

  private finish(ending: Ending): void {
    this.stop.abort();
    this.publishing.release();
    this.silence();
    void this.room.disconnect();
    this.state.patch({ ending });
  }

  private follow(): void {
    const { RoomEvent, ConnectionState, Track } = this.setup.livekit;
    const { room } = this;
    const refresh = () => this.refreshSoon();
    room
      .on(RoomEvent.ConnectionStateChanged, (state) => {
        // "Disconnected" is judged by `run`; "Connecting" was set there.
        const broken = state === ConnectionState.Reconnecting || state === ConnectionState.SignalReconnecting;
        if (broken) this.state.patch({ connection: "reconnecting" });
        if (state === ConnectionState.Reconnecting) this.state.patch({ people: frozen(this.state.get().people) });
        if (state === ConnectionState.Connected) this.state.patch({ connection: "connected" });
        refresh();
      })
      .on(RoomEvent.AudioPlaybackStatusChanged, () => this.state.patch({ soundBlocked: !room.canPlaybackAudio }))
      .on(RoomEvent.TrackMuted, (publication, participant) => {
        const mine = participant === room.localParticipant && publication.source === Track.Source.Microphone;
        // The person's own click clears the wish first: what is still wanted was muted by somebody else.
        if (mine && this.setup.wanted.microphone) {
          this.setup.wanted.microphone = false;
          this.announce(words.announce.mutedByAdministrator, true);
        }
        refresh();
      })
      .on(RoomEvent.Moved, () => {
        this.moved = true;
        refresh();
      })
      .on(RoomEvent.ParticipantConnected, refresh)
      .on(RoomEvent.ParticipantDisconnected, refresh)
      .on(RoomEvent.ParticipantNameChanged, refresh)
      .on(RoomEvent.ParticipantAttributesChanged, refresh)
      .on(RoomEvent.ParticipantPermissionsChanged, refresh)
      .on(RoomEvent.ActiveSpeakersChanged, refresh)
      .on(RoomEvent.ConnectionQualityChanged, refresh)
      .on(RoomEvent.TrackPublished, refresh)
      .on(RoomEvent.TrackUnpublished, refresh)
      .on(RoomEvent.TrackSubscribed, refresh)
      .on(RoomEvent.TrackUnsubscribed, refresh)
      .on(RoomEvent.TrackUnmuted, refresh)
      .on(RoomEvent.TrackStreamStateChanged, refresh)
      .on(RoomEvent.LocalTrackPublished, refresh)
      .on(RoomEvent.LocalTrackUnpublished, refresh);
  }

  /** Events come in bursts (a class of 30 joins): one look at the room serves all of a burst. */
  private refreshSoon(): void {
    if (this.refreshing) return;
    this.refreshing = true;
    queueMicrotask(() => {
      this.refreshing = false;
      this.refresh();
    });
  }

  private refresh(): void {
    const { ConnectionState } = this.setup.livekit;
    // While the library joins anew it empties its room; the people stay on the page meanwhile.
    const steady: readonly string[] = [ConnectionState.Connected, ConnectionState.SignalReconnecting];
    if (!steady.includes(this.room.state)) return;
    const before = this.state.get().people;
    this.receiving.apply(this.state.get().preferences);
    const people = peopleOf(this.setup.livekit, this.room);
    this.state.patch({ people, may: rightsOf(this.room) });
    // Who goes to another room meets other people there: nobody came and nobody left.
    if (!this.moved) for (const text of changesOf(before, people)) this.announce(text, false);
    this.moved = false;
  }

  async turn(source: Source, on: boolean): Promise<void> {
    if (this.state.get().pending.includes(source)) return;
    if (source !== "screen") {
      this.setup.wanted[source] = on;
      this.state.patch({ faults: { ...this.state.get().faults, [source]: null } });
    }
    this.state.patch({ pending: [...this.state.get().pending, source] });
    try {
      await this.publishing.turn(source, on);
      if (source === "screen" && on && !mayShareSound(this.room)) this.announce(stageWords.screenSilent, true);
    } catch (error) {
      this.turnFailed(source, error);
    }
    this.state.patch({ pending: this.state.get().pending.filter((other) => other !== source) });
    this.refreshSoon();
  }

  private turnFailed(source: Source, error: unknown): void {
    if (error instanceof BlurError) {
      this.blurFailed(error.fault);
      return;
    }
    if (this.state.get().connection !== "connected") return; // Published again when the connection is back.
    const fault = faultOf(error);
    if (source === "screen") {
      // A person who closes the browser's chooser has changed their mind: no failure.
      if (fault !== "denied") this.announce(words.announce.screenFailed, true);
      return;
    }
    this.setup.wanted[source] = false;
    this.state.patch({ faults: { ...this.state.get().faults, [source]: fault } });
    this.announce(words.device[source][fault], true);
  }

  async chooseDevice(device: Device | "speaker", id: string): Promise<void> {
    const field = `${device}Id` as const;
    this.setup.keepChoices({ ...this.setup.choices(), [field]: id });
    const kind = ({ camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" } as const)[device];
    try {
      await this.room.switchActiveDevice(kind, id || "default", device !== "speaker" && id !== "");
    } catch (error) {
      if (device !== "speaker") this.turnFailed(device, error);
    }
    this.refreshSoon();
  }

  async prefer(fields: Partial<Preferences>): Promise<void> {
    const before = this.state.get().preferences;
    const preferences = { ...before, ...fields };
    this.setup.keepChoices({ ...this.setup.choices(), ...fields });
    this.state.patch({ preferences });
    this.refreshSoon();
    try {
      if (!sameVoice(before, preferences)) await this.publishing.revoice();
      if (before.screenHint !== preferences.screenHint) await this.publishing.reshapeScreen();
      if (before.blur !== preferences.blur) await this.publishing.dress();
    } catch (error) {
      if (error instanceof BlurError) this.blurFailed(error.fault);
      else this.announce(stageWords.preferences.failed, true);
    }
  }

  /** The camera goes off with a blur that fails: who asked for one does not want to be seen without. */
  private blurFailed(fault: BlurFault): void {
    this.setup.wanted.camera = false;
    this.announce(stageWords.preferences.blurFailed[fault], true);
    void this.turn("camera", false).then(() => this.prefer({ blur: false }));
  }

  microphone(): MediaStreamTrack | null {
    const { Microphone } = this.setup.livekit.Track.Source;
    const publication = this.room.localParticipant.getTrackPublication(Microphone);
    return publication && !publication.isMuted ? (publication.track?.mediaStreamTrack ?? null) : null;
  }

  attach(identity: string, picture: Picture, element: HTMLVideoElement): () => void {
    const { Camera, ScreenShare } = this.setup.livekit.Track.Source;
    const source = picture === "camera" ? Camera : ScreenShare;
    const track = this.room.getParticipantByIdentity(identity)?.getTrackPublication(source)?.track;
    track?.attach(element);
    return () => track?.detach(element);
  }

  preview(element: HTMLVideoElement): (() => void) | null {
    const camera = this.publishing.waitingCamera();
    if (!camera) return null;
    element.srcObject = new MediaStream([camera]);
    return () => {
      element.srcObject = null;
    };
  }

  async enableSound(): Promise<void> {
    await this.room.startAudio().catch(() => undefined);
    this.state.patch({ soundBlocked: !this.room.canPlaybackAudio });
  }

  announce(text: string, note: boolean): void {
    this.lastId += 1;
    this.state.patch({ log: [...this.state.get().log, { id: this.lastId, text, note }].slice(-LOG_LENGTH) });
  }

  leave(): void {
    this.end("left");
  }

  /** Ends the stay for a reason that was learned elsewhere. */
  end(ending: Ending): void {
    if (!this.stop.signal.aborted) this.outcome = ending;
    this.stop.abort();
    void this.room.disconnect();
  }
}
