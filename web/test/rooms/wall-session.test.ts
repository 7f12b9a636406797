import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { WallSession } from "../../src/rooms/wall-session";
import { fakeLiveKit, type FakeRoom } from "../support/fake-livekit";

const LOW = 0;

/** A track of somebody on the wall, and what was asked of it. */
class Publication {
  isDesired = false;
  isMuted = false;
  quality: number | null = null;
  readonly trackSid = "TR_1";
  readonly kind: string;

  constructor(readonly source: "camera" | "microphone") {
    this.kind = source === "camera" ? "video" : "audio";
  }

  setSubscribed(on: boolean): void {
    this.isDesired = on;
  }

  setVideoQuality(quality: number): void {
    this.quality = quality;
  }
}

function pupil(identity: string) {
  const camera = new Publication("camera");
  const voice = new Publication("microphone");
  const all = new Map([camera, voice].map((one) => [one.source as string, one]));
  return { identity, camera, voice, isSpeaking: false, trackPublications: all, getTrackPublication: (s: string) => all.get(s) };
}

function wall(...tokens: (string | null)[]) {
  const { livekit, rooms } = fakeLiveKit();
  Object.assign(livekit, { VideoQuality: { LOW } });
  const closed = vi.fn();
  const token = vi.fn(() => Promise.resolve(tokens.length > 0 ? (tokens.shift() ?? null) : null));
  const session = new WallSession({ livekit: () => Promise.resolve(livekit), url: "ws://wall", token, closed });
  return { session, rooms, closed, token };
}

/** They are forwarded to the wall. */
function bring(room: FakeRoom | undefined, ...pupils: { identity: string }[]): void {
  for (const one of pupils) room?.remoteParticipants.set(one.identity, one as never);
  room?.emit("TrackPublished");
}

const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("receives the pictures that are shown, at the smallest size, and the voices that are listened to", async () => {
  const { session, rooms } = wall("token");
  void session.run();
  await settled();
  expect(session.state.get().connection).toBe("connected");
  const [anna, boris] = [pupil("anna"), pupil("boris")];
  bring(rooms[0], anna, boris);
  session.show(new Set(["anna"]));
  session.listen(new Set(["boris"]));
  await settled();
  expect([anna.camera.isDesired, anna.voice.isDesired, anna.camera.quality]).toEqual([true, false, LOW]);
  expect([boris.camera.isDesired, boris.voice.isDesired]).toEqual([false, true]);
  anna.camera.isMuted = true;
  session.listen(new Set());
  await settled();
  expect([anna.camera.isDesired, boris.voice.isDesired]).toEqual([false, false]);
});

it("keeps the objects of people who did not change", async () => {
  const { session, rooms } = wall("token");
  void session.run();
  await settled();
  const [anna, boris] = [pupil("anna"), pupil("boris")];
  bring(rooms[0], anna, boris);
  await settled();
  const before = session.state.get().people;
  boris.isSpeaking = true;
  rooms[0]?.emit("ActiveSpeakersChanged");
  await settled();
  const after = session.state.get().people;
  expect(after.get("anna")).toBe(before.get("anna"));
  expect(after.get("boris")).toMatchObject({ speaking: true });
});

it("comes back with a fresh token, and forgets who was there", async () => {
  const { session, rooms, token } = wall("first", "second");
  void session.run();
  await settled();
  bring(rooms[0], pupil("anna"));
  await settled();
  rooms[0]?.drop();
  await settled();
  expect(session.state.get()).toMatchObject({ connection: "reconnecting", people: new Map() });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(rooms[1]?.tokens).toEqual(["second"]);
  expect(token).toHaveBeenCalledTimes(2);
  expect(session.state.get().connection).toBe("connected");
});

it("asks the person after some tries, and begins anew when told to", async () => {
  const { session } = wall(null, null, null, null, "late");
  void session.run();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(session.state.get().connection).toBe("failed");
  session.retry();
  await settled();
  expect(session.state.get().connection).toBe("connected");
});

it("ends with the screen, and says so", async () => {
  const { session, rooms, closed } = wall("token", "never");
  const running = session.run();
  await settled();
  session.close();
  await running;
  expect(rooms[0]?.state).toBe("disconnected");
  expect(closed).toHaveBeenCalledOnce();
  expect(rooms).toHaveLength(1);
});
