import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { CallSession } from "../../src/media/session";
import type { Choices } from "../../src/media/choices";
import { FIRST_PREFERENCES } from "../../src/media/preferences";
import type { Handover } from "../../src/media/publishing";
import { Problem } from "../../src/protocol/problem";
import { fakeLiveKit, RoomEvent, type FakeRoom } from "../support/fake-livekit";
import { browserError, FakeTrack } from "../support/tracks";

const CHOICES = { ...FIRST_PREFERENCES, camera: true, microphone: true, cameraId: "", microphoneId: "", speakerId: "" };
const RESTART = 3; // SERVER_SHUTDOWN

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Options {
  readonly handover?: Handover;
  readonly choices?: Partial<Choices>;
  readonly wanted?: { camera: boolean; microphone: boolean };
  /** Answers to the requests to enter, first to last; then tokens. */
  readonly refusals?: (Problem | null)[];
  readonly failures?: Error[];
}

async function enter({ handover = {}, choices = {}, wanted = { camera: true, microphone: true }, refusals = [], failures = [] }: Options = {}) {
  const { livekit, rooms } = fakeLiveKit();
  let tokens = 0;
  let kept: Choices = { ...CHOICES, ...choices };
  const session = new CallSession({
    livekit,
    url: "ws://here",
    enter: () => {
      const refusal = refusals.shift();
      if (refusal) return Promise.reject(refusal);
      tokens += 1;
      return Promise.resolve(`token ${tokens}`);
    },
    choices: () => kept,
    keepChoices: (changed) => {
      kept = changed;
    },
    handover,
    wanted,
  });
  const room = rooms[0] as FakeRoom;
  room.failures = failures;
  const over = session.run();
  await settle();
  return { session, room, over, wanted };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const wait = () => vi.advanceTimersByTimeAsync(60_000);
const texts = (session: CallSession) => session.state.get().log.map(({ text }) => text);

it("connects and sends what the person wants", async () => {
  const { session, room } = await enter({ wanted: { camera: false, microphone: true } });
  expect(session.state.get().connection).toBe("connected");
  expect(room.localParticipant.isMicrophoneEnabled).toBe(true);
  expect(room.localParticipant.getTrackPublication("camera")).toBeUndefined();
});

it("takes over the tracks of the check, once", async () => {
  const camera = new FakeTrack("video");
  const { session, room } = await enter({ handover: { camera: camera.real }, wanted: { camera: true, microphone: false } });
  expect(room.localParticipant.published).toEqual([camera.real]);
  await session.turn("camera", false);
  await session.turn("camera", true);
  expect(room.localParticipant.published).toHaveLength(1);
});

it("stops a handed over track that the call never used", async () => {
  const camera = new FakeTrack("video");
  const { session, over } = await enter({ handover: { camera: camera.real }, wanted: { camera: false, microphone: false } });
  session.leave();
  await over;
  expect(camera.readyState).toBe("ended");
});

it.each([
  [2, "elsewhere"],
  [4, "removed"],
  [5, "ended"],
])("is over when the server ends it with reason %i: %s", async (reason, ending) => {
  const { session, room, over } = await enter();
  room.drop(reason);
  await over;
  expect(session.state.get().ending).toBe(ending);
  await wait();
  expect(room.tokens).toHaveLength(1);
});

it("is over when the person leaves", async () => {
  const { session, over } = await enter();
  session.leave();
  await over;
  expect(session.state.get().ending).toBe("left");
});

it("enters again by itself with a fresh token when the server restarts, and sends again", async () => {
  const { session, room } = await enter();
  room.join("ann", "Анна");
  await settle();
  room.localParticipant.publications.clear();
  room.drop(RESTART);
  await settle();
  expect(session.state.get().connection).toBe("reconnecting");
  expect(session.state.get().people.map(({ name }) => name)).toContain("Анна");
  await wait();
  expect(room.tokens).toEqual(["token 1", "token 2"]);
  expect(session.state.get()).toMatchObject({ connection: "connected", ending: null });
  expect(room.localParticipant.isMicrophoneEnabled).toBe(true);
});

it("keeps trying while the server is away, for as long as the page is open", async () => {
  const away = Array.from({ length: 6 }, () => new Problem("other", 502));
  const { session, room } = await enter({ refusals: [null, ...away] });
  room.drop(RESTART);
  for (let minute = 0; minute < 3; minute++) await wait();
  expect(session.state.get()).toMatchObject({ connection: "connected", ending: null });
});

it("stops trying when the call has ended meanwhile", async () => {
  const { session, room, over } = await enter({ refusals: [null, new Problem("call_not_running", 409)] });
  room.drop(RESTART);
  await wait();
  await over;
  expect(session.state.get().ending).toBe("ended");
});

it("asks the person after a few failures to get in at all", async () => {
  const { session, room, over } = await enter({ failures: Array.from({ length: 9 }, () => new Error("refused")) });
  await wait();
  await over;
  expect(session.state.get().ending).toBe("network");
  expect(room.tokens).toHaveLength(4);
});

it("does not go on knocking at a full room", async () => {
  const full = Object.assign(new Error("the room is full"), { status: 403 });
  const { session, room, over } = await enter({ failures: [full] });
  await over;
  expect(session.state.get().ending).toBe("full");
  await wait();
  expect(room.tokens).toHaveLength(1);
});

it("leaves at once even while it waits to try again", async () => {
  const { session, over } = await enter({ refusals: [new Problem("other", 502)] });
  session.leave();
  await over;
  expect(session.state.get().ending).toBe("left");
});

it("shows a resume and a full reconnect as a broken connection", async () => {
  const { session, room } = await enter();
  room.join("ann", "Анна");
  await settle();
  room.become("signalReconnecting");
  await settle();
  expect(session.state.get().connection).toBe("reconnecting");
  room.become("connected");
  expect(session.state.get().connection).toBe("connected");
  room.become("reconnecting");
  room.remoteParticipants.clear();
  await settle();
  expect(session.state.get().people).toHaveLength(2);
  expect(texts(session)).toEqual(["Анна теперь в звонке"]);
});

it("says that the administrator turned the microphone off, and only then", async () => {
  const { session, room, wanted } = await enter();
  await session.turn("microphone", false);
  room.emit(RoomEvent.TrackMuted, { source: "microphone" }, room.localParticipant);
  expect(texts(session)).toEqual([]);
  await session.turn("microphone", true);
  room.emit(RoomEvent.TrackMuted, { source: "microphone" }, room.localParticipant);
  expect(texts(session)).toEqual(["Администратор звонка выключил ваш микрофон"]);
  expect(wanted.microphone).toBe(false);
});

it("says what is wrong with a camera that does not start", async () => {
  const { session, room } = await enter({ wanted: { camera: false, microphone: false } });
  room.localParticipant.failure = browserError("NotReadableError");
  await session.turn("camera", true);
  expect(session.state.get()).toMatchObject({ faults: { camera: "busy" }, pending: [] });
  expect(texts(session)).toEqual(["Камера занята другой программой"]);
});

it("does not show a camera whose blur fails, and says so", async () => {
  const camera = new FakeTrack("video");
  const { session, room, wanted } = await enter({ handover: { camera: camera.real }, choices: { blur: true } });
  expect(room.localParticipant.published).toEqual([]);
  expect(camera.readyState).toBe("ended");
  expect(wanted.camera).toBe(false);
  expect(session.state.get()).toMatchObject({ preferences: { blur: false }, pending: [] });
  expect(texts(session)).toEqual(["Размыть фон не получилось, поэтому камера выключена. Её можно включить без размытия."]);
});

it("takes a closed chooser of screens for a change of mind", async () => {
  const { session, room } = await enter();
  room.localParticipant.failure = browserError("NotAllowedError");
  await session.turn("screen", true);
  expect(texts(session)).toEqual([]);
});

it("shares a screen without sound where that is not allowed, and says so", async () => {
  const { session, room } = await enter();
  await session.turn("screen", true);
  expect(room.localParticipant.capture).toMatchObject({ audio: true });
  await session.turn("screen", false);
  room.localParticipant.permissions = { canPublish: true, canPublishSources: [1, 2, 3] };
  await session.turn("screen", true);
  expect(room.localParticipant.capture).toMatchObject({ audio: false });
  expect(texts(session)).toEqual(["Экран показан без звука: вам пока нельзя включать звук самостоятельно"]);
});

it("does not send what the administrator does not allow", async () => {
  const { livekit, rooms } = fakeLiveKit();
  const session = new CallSession({
    livekit,
    url: "ws://here",
    enter: () => Promise.resolve("token"),
    choices: () => CHOICES,
    keepChoices: () => undefined,
    handover: {},
    wanted: { camera: true, microphone: true },
  });
  const me = rooms[0]?.localParticipant;
  if (me) me.permissions = { canPublish: true, canPublishSources: [2] };
  void session.run();
  await settle();
  expect(session.state.get().may).toEqual({ camera: false, microphone: true, screen: false });
  expect(me?.getTrackPublication("camera")).toBeUndefined();
  expect(me?.isMicrophoneEnabled).toBe(true);
});
