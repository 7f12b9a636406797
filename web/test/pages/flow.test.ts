import { describe, expect, it } from "vitest";

import { next, START, type Flow } from "../../src/pages/flow";
import { call } from "../support/people";

const running = call();
const planned = call({ status: "planned" });
const ended = call({ status: "ended" });
const told = (flow: Flow, about = running) => next(flow, { kind: "told", call: about });
const inCall: Flow = { at: "call", call: running };

describe("the way into a call", () => {
  it("leads to the check of devices when the call runs", () => {
    expect(told(START).at).toBe("prejoin");
  });

  it("waits for a planned call and moves on when it starts", () => {
    const waiting = told(START, planned);
    expect(waiting.at).toBe("waiting");
    expect(told(waiting, planned).at).toBe("waiting");
    expect(told(waiting).at).toBe("prejoin");
    expect(told(waiting, ended).at).toBe("ended");
  });

  it("says that a call is over", () => {
    expect(told(START, ended)).toEqual({ at: "ended" });
  });

  it("says what forbids to enter", () => {
    expect(next(START, { kind: "refused", problem: "not_invited" })).toEqual({ at: "problem", problem: "not_invited" });
  });

  it("goes on waiting through a network failure, but not through a refusal", () => {
    const waiting = told(START, planned);
    expect(next(waiting, { kind: "refused", problem: "other" })).toBe(waiting);
    expect(next(waiting, { kind: "refused", problem: "session_missing" }).at).toBe("problem");
  });

  it("enters the call from the check only", () => {
    expect(next(told(START), { kind: "join" }).at).toBe("call");
    expect(next(told(START, planned), { kind: "join" }).at).toBe("waiting");
  });
});

describe("the way out of a call", () => {
  it.each(["left", "removed", "ended", "elsewhere", "full", "network"] as const)("says why: %s", (ending) => {
    expect(next(inCall, { kind: "over", ending })).toEqual({ at: "left", why: ending, call: running });
  });

  it("takes a refusal to enter again for the end or for a problem", () => {
    expect(next(inCall, { kind: "over", ending: "call_not_running" })).toMatchObject({ at: "left", why: "ended" });
    expect(next(inCall, { kind: "over", ending: "session_missing" }).at).toBe("problem");
  });

  it("comes back straight into the call, without another check of devices", () => {
    const left = next(inCall, { kind: "over", ending: "left" });
    const asking = next(left, { kind: "again" });
    expect(told(asking).at).toBe("call");
    expect(told(asking, ended).at).toBe("ended");
  });

  it("asks anew after a problem, with the check of devices", () => {
    const problem: Flow = { at: "problem", problem: "other" };
    expect(told(next(problem, { kind: "again" })).at).toBe("prejoin");
  });

  it("ignores news that come too late", () => {
    expect(told(inCall, ended)).toBe(inCall);
    expect(next(inCall, { kind: "join" })).toBe(inCall);
    expect(next(inCall, { kind: "again" })).toBe(inCall);
  });
});
