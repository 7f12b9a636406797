import { describe, expect, it } from "vitest";

import { delayOf, pause } from "../../src/media/backoff";
import { loadChoices, saveChoices } from "../../src/media/choices";
import { sortDevices } from "../../src/media/devices";
import { browserOf, faultOf } from "../../src/media/faults";
import { meterOf } from "../../src/media/level";
import { changesOf } from "../../src/media/news";
import { frozen } from "../../src/media/people";
import { FIRST_PREFERENCES } from "../../src/media/preferences";
import { endingOf, endingOfFailure, endingOfProblem } from "../../src/media/reasons";
import { Store } from "../../src/media/store";
import { Problem } from "../../src/protocol/problem";
import { person } from "../support/people";
import { browserError } from "../support/tracks";

describe("faultOf", () => {
  it.each([
    ["NotAllowedError", "Permission denied", "denied"],
    ["NotAllowedError", "Permission denied by system", "denied_system"],
    ["SecurityError", "", "denied"],
    ["NotFoundError", "", "missing"],
    ["OverconstrainedError", "", "missing"],
    ["NotReadableError", "", "busy"],
    ["AbortError", "", "busy"],
    ["TypeError", "", "unknown"],
  ])("reads %s %s as %s", (name, message, fault) => {
    expect(faultOf(browserError(name, message))).toBe(fault);
  });

  it("survives what is no error", () => {
    expect(faultOf("no")).toBe("unknown");
  });
});

it.each([
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "chrome"],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 YaBrowser/25.8 Safari/537.36", "yandex"],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "edge"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "firefox"],
  ["Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", "safari"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1.15 CriOS/140.0 Safari/604.1", "ios"],
  ["Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "android"],
  ["curl/8", "other"],
])("knows the browser of %s", (agent, browser) => {
  expect(browserOf(agent)).toBe(browser);
});

describe("choices", () => {
  const choices = { ...FIRST_PREFERENCES, camera: false, microphone: true, cameraId: "c", microphoneId: "m", speakerId: "s" };

  it("come back as they were kept", () => {
    saveChoices(window.localStorage, choices);
    expect(loadChoices(window.localStorage)).toEqual(choices);
  });

  it.each(["", "{", "[]", "7", '{"camera":"yes","cameraId":5}'])("are the defaults when %j was kept", (text) => {
    const defaults = loadChoices(null);
    expect(loadChoices({ getItem: () => text })).toEqual(defaults);
  });

  it("hold for the visit when storage is full", () => {
    const full = {
      setItem: () => {
        throw browserError("QuotaExceededError");
      },
    };
    expect(() => saveChoices(full, choices)).not.toThrow();
  });
});

it("lists devices by kind, without ids that mean nothing", () => {
  const device = (kind: MediaDeviceKind, deviceId: string) => ({ kind, deviceId, label: deviceId });
  const devices = sortDevices([
    device("audioinput", "default"),
    device("audioinput", "communications"),
    device("audioinput", "mic"),
    device("videoinput", ""),
    device("audiooutput", "speaker"),
  ]);
  expect(devices.cameras).toEqual([]);
  expect(devices.microphones).toEqual([{ id: "mic", label: "mic" }]);
  expect(devices.speakers).toHaveLength(1);
});

describe("meterOf", () => {
  const tone = (amplitude: number) => Float32Array.from({ length: 480 }, (_, i) => amplitude * Math.sin(i / 5));

  it("stands still in silence and is full at a shout", () => {
    expect(meterOf(new Float32Array(480))).toBe(0);
    expect(meterOf(new Float32Array())).toBe(0);
    expect(meterOf(tone(1))).toBe(1);
  });

  it("rises with the voice", () => {
    expect(meterOf(tone(0.02))).toBeGreaterThan(0.1);
    expect(meterOf(tone(0.1))).toBeGreaterThan(meterOf(tone(0.02)));
  });
});

describe("backoff", () => {
  it("doubles, stays bounded, and spreads a class", () => {
    expect(delayOf(0, 1)).toBe(700);
    expect(delayOf(1, 1)).toBe(1400);
    expect(delayOf(99, 1)).toBe(8000);
    expect(delayOf(3, 0)).toBe(delayOf(3, 1) / 2);
  });

  it("ends at once when the person leaves", async () => {
    const stop = new AbortController();
    const waiting = pause(60_000, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow();
    await expect(pause(60_000, stop.signal)).rejects.toThrow();
  });
});

describe("the end of a connection", () => {
  it.each([
    [1, "left"],
    [2, "elsewhere"],
    [3, null],
    [4, "removed"],
    [5, "ended"],
    [7, null],
    [9, null],
    [10, "ended"],
    [14, null],
    [undefined, null],
  ])("with reason %s means %s", (reason, ending) => {
    expect(endingOf(reason)).toBe(ending);
  });

  it("by a full room has a word of its own, and by other failures none", () => {
    const failure = (message: string, status?: number) => Object.assign(new Error(message), { status });
    expect(endingOfFailure(failure("could not establish signal connection: the room is full", 403))).toBe("full");
    expect(endingOfFailure(failure("could not establish signal connection: the token is revoked", 403))).toBeNull();
    expect(endingOfFailure(failure("could not establish signal connection"))).toBeNull();
    expect(endingOfFailure(new Problem("call_not_running", 409))).toBe("ended");
    expect(endingOfFailure("nothing that is known")).toBeNull();
  });

  it("by a refusal is final unless the server or the network is at fault", () => {
    expect(endingOfProblem(new Problem("call_not_running", 409))).toBe("ended");
    expect(endingOfProblem(new Problem("session_missing", 401))).toBe("session_missing");
    expect(endingOfProblem(new Problem("other", 502))).toBeNull();
    expect(endingOfProblem(new Problem("other", 0))).toBeNull();
    expect(endingOfProblem(new Problem("other", 429))).toBeNull();
  });
});

describe("changesOf", () => {
  const me = person({ identity: "me", own: true });
  const ann = person({ identity: "ann", name: "Анна" });

  it("tells who came and who went", () => {
    expect(changesOf([me], [me, ann])).toEqual(["Анна теперь в звонке"]);
    expect(changesOf([me, ann], [me])).toEqual(["Анна: выход из звонка"]);
  });

  it("tells of shared screens", () => {
    const sharing = { ...ann, screen: true };
    expect(changesOf([me, ann], [me, sharing])).toEqual(["Анна показывает экран"]);
    expect(changesOf([me, sharing], [me, ann])).toEqual(["Анна больше не показывает экран"]);
  });

  it("does not read out a whole class on entering", () => {
    expect(changesOf([], [me, ann])).toEqual([]);
  });
});

it("keeps names but no pictures of others while their media is away", () => {
  const [own, other] = frozen([person({ own: true }), person({ identity: "o", speaking: true })]);
  expect(own).toMatchObject({ camera: true });
  expect(other).toMatchObject({ camera: false, speaking: false, cameraKey: "", name: "Петров Илья" });
});

it("tells readers of a store about changes only", () => {
  const store = new Store({ a: 1, b: 2 });
  let told = 0;
  const stop = store.subscribe(() => (told += 1));
  store.patch({ a: 1 });
  expect(told).toBe(0);
  store.patch({ a: 3 });
  expect(told).toBe(1);
  stop();
  store.patch({ a: 4 });
  expect(told).toBe(1);
});
