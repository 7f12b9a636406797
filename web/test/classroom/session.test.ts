import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { ClassSession } from "../../src/classroom/session";
import type { Happening } from "../../src/classroom/port";
import type { AnyMessage, ChatMessage } from "../../src/protocol/classroom";
import { Problem } from "../../src/protocol/problem";
import { callPart, youPart } from "../support/fake-class";
import { fakeWires, token, type FakeWire } from "../support/fake-wire";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const ROOM = token("room", true);
const LOBBY = token("lobby", false);
const settle = () => vi.advanceTimersByTimeAsync(0);
const wait = () => vi.advanceTimersByTimeAsync(60_000);
const state = (fields: object = {}): AnyMessage => ({ is: "state", now: 1000, call: callPart(), you: youPart(), hands: [], ...fields });

async function enter(...answers: (string | Problem)[]) {
  const { open, wires } = fakeWires();
  const refusals: string[] = [];
  let asked = 0;
  const session = new ClassSession({
    open,
    enter: () => {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? ROOM;
      asked += 1;
      return answer instanceof Problem ? Promise.reject(answer) : Promise.resolve(answer);
    },
    refused: (why) => refusals.push(why),
    clock: () => 990_000,
  });
  const over = session.run();
  await settle();
  const last = () => wires.at(-1) as FakeWire;
  return { session, wires, last, refusals, over, asked: () => asked };
}

it("knows nothing until the server told, then what it told", async () => {
  const { session, last } = await enter();
  expect(session.state.get()).toMatchObject({ connected: false, call: null });
  last().say(state());
  expect(session.state.get()).toMatchObject({ connected: true, clockOffset: 10_000, call: { title: "Математика" } });
});

it("replaces only the parts that a message has", async () => {
  const { session, last } = await enter();
  const hand = { identity: "p1", name: "Петров Илья", room: 0, since: 1 };
  last().say(state(), { is: "state", now: 1000.1, hands: [hand] });
  expect(session.state.get()).toMatchObject({ hands: [hand], you: { identity: "p1" }, clockOffset: 10_000 });
});

it("numbers requests and gives each its own answer", async () => {
  const { session, last, refusals } = await enter();
  last().say(state());
  const first = session.ask({ do: "raise_hand" });
  const second = session.ask({ do: "open_wall" });
  expect(last().sent.map(({ id }) => id)).toEqual([1, 2]);
  last().say({ is: "reply", id: 2, token: "t" }, { is: "reply", id: 1, error: "not_allowed" });
  expect(await first).toEqual({ done: false, why: "not_allowed" });
  expect(await second).toEqual({ done: true, token: "t" });
  expect(refusals).toEqual(["not_allowed"]);
});

it("keeps what was asked before the class was there, but not for ever", async () => {
  const { session, last, refusals } = await enter();
  const early = session.ask({ do: "raise_hand" });
  last().say(state());
  await settle();
  last().say({ is: "reply", id: 1 });
  expect(await early).toEqual({ done: true, token: "" });
  const { session: unlucky } = await enter();
  const never = unlucky.ask({ do: "raise_hand" });
  await wait();
  expect(await never).toEqual({ done: false, why: "offline" });
  expect(refusals).toEqual([]);
});

it("answers that it is offline, and what waited for an answer as well", async () => {
  const { session, last, refusals } = await enter();
  last().say(state());
  const waiting = session.ask({ do: "raise_hand" });
  last().drop();
  expect(await waiting).toEqual({ done: false, why: "offline" });
  expect(session.state.get().connected).toBe(false);
  expect(await session.ask({ do: "raise_hand" })).toEqual({ done: false, why: "offline" });
  expect(refusals).toEqual(["offline", "offline"]);
});

it("notices within 15 seconds that the server is gone, and not as long as it answers", async () => {
  const { session, last, wires } = await enter();
  last().say(state());
  await wait();
  expect(wires).toHaveLength(1);
  last().dead = true;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(session.state.get().connected).toBe(false);
  expect(wires[0]?.closed).toBe(true);
  await wait();
  last().say(state());
  expect(session.state.get().connected).toBe(true);
});

it("enters again with a fresh token and keeps showing what it knew", async () => {
  const { session, wires, last } = await enter(ROOM, new Problem("other", 502), token("second", true));
  last().say(state());
  last().drop();
  await wait();
  expect(wires.map((wire) => wire.token)).toEqual([ROOM, token("second", true)]);
  expect(session.state.get()).toMatchObject({ connected: false, call: { title: "Математика" } });
  last().say(state());
  expect(session.state.get().connected).toBe(true);
});

it("takes a wire without a reply for dead", async () => {
  const { session, wires, last } = await enter();
  last().say(state());
  const answer = session.ask({ do: "raise_hand" });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await answer).toEqual({ done: false, why: "offline" });
  expect(wires[0]?.closed).toBe(true);
  await wait();
  expect(wires).toHaveLength(2);
});

it("leaves a wire at once when the browser lost its network", async () => {
  const { session, last } = await enter();
  last().say(state());
  session.lost();
  expect(session.state.get().connected).toBe(false);
});

it("gives who waits in the lobby the token of their admission", async () => {
  const { session, last } = await enter(LOBBY);
  last().say(state({ you: youPart({ standing: "lobby" }) }));
  const admitted = session.admitted(new AbortController().signal);
  last().say({ is: "admitted", token: "come in" });
  expect(await admitted).toBe("come in");
});

it("gives an admission that came first to who asks next, once", async () => {
  const { session, last } = await enter(LOBBY);
  last().say({ is: "admitted", token: "come in" });
  expect(await session.admitted(new AbortController().signal)).toBe("come in");
  const stop = new AbortController();
  const second = session.admitted(stop.signal);
  stop.abort();
  await expect(second).rejects.toThrow("stopped");
});

it("lets in who was admitted while the wire was down", async () => {
  const { session, last } = await enter(LOBBY, ROOM);
  const admitted = session.admitted(new AbortController().signal);
  last().drop();
  await wait();
  expect(await admitted).toBe(ROOM);
});

it.each(["ended", "removed", "refused", "elsewhere"] as const)("is over when the server says goodbye: %s", async (why) => {
  const { last, over, asked } = await enter();
  last().say(state(), { is: "goodbye", why });
  expect(await over).toBe(why);
  await wait();
  expect(asked()).toBe(1);
});

it("comes back after a restart of the server", async () => {
  const { wires, last } = await enter();
  last().say(state(), { is: "goodbye", why: "restart" });
  await wait();
  expect(wires).toHaveLength(2);
});

it("is over when the server does not let in", async () => {
  const { over } = await enter(new Problem("not_invited", 403));
  expect(await over).toBe("not_invited");
});

it("is left once closed", async () => {
  const { session, over, last } = await enter();
  last().say(state());
  session.close();
  expect(await over).toBe("left");
  expect(last().closed).toBe(true);
});

it("tells what happens to those who listen", async () => {
  const { session, last } = await enter();
  const told: Happening[] = [];
  const stop = session.listen((happening) => told.push(happening));
  last().say({ is: "note", what: "muted" });
  stop();
  last().say({ is: "reacted", identity: "p2", reaction: "heart" });
  expect(told).toEqual([{ is: "note", what: "muted" }]);
});

it("keeps the chat in order, each message once, and not endlessly", async () => {
  const { session, last } = await enter();
  const message = (id: number): ChatMessage => ({ id, identity: "p1", name: "И", role: "student", text: "а", to: "room", room: 0, at: id });
  last().say({ is: "chat", messages: [message(2), message(1)] }, { is: "chat", messages: [message(2), message(3)] });
  expect(session.state.get().messages.map(({ id }) => id)).toEqual([1, 2, 3]);
  last().say({ is: "chat", messages: Array.from({ length: 600 }, (_, index) => message(index + 1)) });
  expect(session.state.get().messages).toHaveLength(500);
  expect(session.state.get().messages.at(-1)?.id).toBe(600);
});
