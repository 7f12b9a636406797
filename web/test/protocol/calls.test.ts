import { afterEach, expect, it, vi } from "vitest";

import { enterCall, getCall, onePerson } from "../../src/protocol/calls";
import type { Problem } from "../../src/protocol/problem";
import { call } from "../support/people";

afterEach(() => {
  vi.unstubAllGlobals();
});

function server(answer: () => Promise<Response>) {
  const fetched = vi.fn<(path: string, init: RequestInit) => Promise<Response>>(answer);
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

const problem = (status: number, body: string) => () => Promise.resolve(new Response(body, { status }));
const refusal = async (promise: Promise<unknown>) => promise.then(() => null, (error: unknown) => error as Problem);

it("asks what a call is", async () => {
  const fetched = server(() => Promise.resolve(Response.json(call())));
  expect(await getCall("c/1")).toEqual(call());
  expect(fetched.mock.calls[0]?.[0]).toBe("/api/calls/c%2F1");
});

it("enters by JSON from the own origin", async () => {
  const fetched = server(() => Promise.resolve(Response.json({ token: "t", call: call() })));
  expect((await enterCall("c1")).token).toBe("t");
  expect(fetched.mock.calls[0]?.[1]).toMatchObject({
    method: "POST",
    body: "{}",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
  });
});

it("lets nobody in for somebody who entered in another tab", () => {
  const same = onePerson();
  expect(same(call()).id).toBe("c1");
  expect(same(call({ status: "ended" })).status).toBe("ended");
  const other = call({ person: { identity: "p2", name: "Иванова Анна", role: "teacher" } });
  expect(() => same(other)).toThrow(expect.objectContaining({ code: "session_missing", passing: false }));
});

it("reads a problem document", async () => {
  server(problem(403, '{"code":"not_invited","detail":"not on the roster"}'));
  expect(await refusal(getCall("c1"))).toMatchObject({ code: "not_invited", status: 403, message: "not on the roster" });
});

it.each(["", "<html>Bad gateway</html>", "[]", '{"code":"strange"}', '{"code":5}'])(
  "takes %j for an unknown problem",
  async (body) => {
    server(problem(502, body));
    expect(await refusal(getCall("c1"))).toMatchObject({ code: "other", status: 502, passing: true });
  },
);

it("takes a lost network for a passing problem", async () => {
  server(() => Promise.reject(new TypeError("Failed to fetch")));
  expect(await refusal(getCall("c1"))).toMatchObject({ code: "other", status: 0, passing: true });
});
