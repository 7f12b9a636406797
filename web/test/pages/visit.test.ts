import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { Ending } from "../../src/call/port";
import { Visit } from "../../src/pages/visit";
import type { Call } from "../../src/protocol/calls";
import { Problem } from "../../src/protocol/problem";
import { FakeCall } from "../support/fake-call";
import { FakeClass } from "../support/fake-class";
import { call } from "../support/people";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A visit whose server gives these answers one after the other, then the last for ever. */
function visit(...answers: (Call | Problem)[]) {
  const stays: { port: FakeCall; end: (ending: Ending) => Promise<void> }[] = [];
  let asked = 0;
  const it = new Visit({
    ask: () => {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      return answer instanceof Problem ? Promise.reject(answer) : Promise.resolve(answer ?? call());
    },
    stay: () => {
      const port = new FakeCall();
      let over: () => void = () => undefined;
      const promise = new Promise<void>((resolve) => (over = resolve));
      const end = async (ending: Ending) => {
        port.state.patch({ ending });
        over();
        await vi.advanceTimersByTimeAsync(0);
      };
      stays.push({ port, end });
      return Promise.resolve({ port, klass: new FakeClass(), over: promise });
    },
  });
  it.begin();
  return { visit: it, stays, asked: () => asked };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

it("moves from waiting to the check by itself when the teacher starts the call", async () => {
  const { visit: at, asked } = visit(call({ status: "planned" }), call({ status: "planned" }), call());
  await settle();
  expect(at.flow.get().at).toBe("waiting");
  await vi.advanceTimersByTimeAsync(4000);
  expect(at.flow.get().at).toBe("waiting");
  await vi.advanceTimersByTimeAsync(4000);
  expect(at.flow.get().at).toBe("prejoin");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBe(3);
});

it("asks no more once the page is closed", async () => {
  const { visit: at, asked } = visit(call({ status: "planned" }));
  await settle();
  at.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBe(1);
});

it("offers the call while it lasts and says how it ended", async () => {
  const { visit: at, stays } = visit(call());
  await settle();
  at.join({});
  await settle();
  expect(at.stays.get()?.port).toBe(stays[0]?.port);
  await stays[0]?.end("removed");
  expect(at.stays.get()).toBeNull();
  expect(at.flow.get()).toMatchObject({ at: "left", why: "removed" });
});

it("comes back into a call that still runs", async () => {
  const { visit: at, stays } = visit(call());
  await settle();
  at.join({});
  await settle();
  await stays[0]?.end("left");
  at.again();
  await settle();
  expect(stays).toHaveLength(2);
  expect(at.flow.get().at).toBe("call");
});

it("does not come back into a call that has ended meanwhile", async () => {
  const { visit: at, stays } = visit(call(), call({ status: "ended" }));
  await settle();
  at.join({});
  await settle();
  await stays[0]?.end("left");
  at.again();
  await settle();
  expect(stays).toHaveLength(1);
  expect(at.flow.get().at).toBe("ended");
});

it("tells a refusal in its own words", async () => {
  const { visit: at } = visit(new Problem("not_invited", 403));
  await settle();
  expect(at.flow.get()).toEqual({ at: "problem", problem: "not_invited" });
});
