import { describe, expect, it } from "vitest";

import { deedOf } from "../../src/classroom/keys";
import { piecesOf } from "../../src/classroom/links";
import { pickPupil } from "../../src/classroom/random-pupil";
import { filtered, found, rosterOf } from "../../src/classroom/roster";
import { Shown } from "../../src/classroom/shown-reactions";
import { changesOfRights, newcomers, sentenceOf } from "../../src/classroom/told";
import { opensRoom } from "../../src/classroom/token";
import { EMPTY_CLASS } from "../../src/classroom/port";
import { classPerson, rights, youPart } from "../support/fake-class";
import { token } from "../support/fake-wire";
import { people } from "../support/people";

const hand = (identity: string) => ({ identity, name: identity, room: 0, since: 0 });

describe("rosterOf", () => {
  const members = [
    classPerson({ identity: "p0", role: "administrator", moderator: true }),
    classPerson({ identity: "p1" }),
    classPerson({ identity: "away", name: "Ярцев", room: 3 }),
    classPerson({ identity: "late", name: "Белов", present: false }),
    classPerson({ identity: "door", standing: "lobby" }),
  ];
  const roster = rosterOf(people(2), { people: members, hands: [hand("away"), hand("p1")], you: youPart() });

  it("puts together who is here, who is in another room, who waits and who is missing", () => {
    expect(roster.present.map(({ identity, room }) => [identity, room])).toEqual([["p0", 0], ["p1", 0], ["away", 3]]);
    expect(roster.waiting.map(({ identity }) => identity)).toEqual(["door"]);
    expect(roster.absent.map(({ identity }) => identity)).toEqual(["late"]);
  });

  it("numbers hands in their order", () => {
    expect(filtered(roster.present, "all").slice(0, 2).map(({ hand: place }) => place)).toEqual([1, 2]);
    expect(filtered(roster.present, "raised").map(({ identity, hand: place }) => [identity, place])).toEqual([["away", 1], ["p1", 2]]);
  });

  it("counts only pupils among those who have not raised a hand", () => {
    const rows = rosterOf(people(3), { people: [], hands: [hand("p1")], you: youPart() }).present;
    expect(filtered(rows, "not_raised").map(({ identity }) => identity)).toEqual(["p2"]);
  });

  it("finds by the beginnings of words, whatever their order and however «ё» is typed", () => {
    const rows = rosterOf(people(12), { people: [], hands: [], you: youPart() }).present;
    const names = (query: string) => found(rows, query).map(({ name }) => name);
    expect(names("алиса фед")).toEqual(["Фёдорова Алиса"]);
    expect(names("преобр")).toEqual(["Константинопольская-Преображенская Александра"]);
    expect(names("лис")).toEqual([]);
    expect(names(" ")).toHaveLength(12);
  });
});

describe("pickPupil", () => {
  it("picks everybody once before anybody twice", () => {
    let picked: readonly string[] = [];
    const order: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const pick = pickPupil(["a", "b", "c"], picked, 0.5);
      picked = pick?.picked ?? [];
      order.push(pick?.identity ?? "");
    }
    expect(new Set(order.slice(0, 3)).size).toBe(3);
    expect(new Set(order.slice(3)).size).toBe(3);
    expect(order[3]).not.toBe(order[2]);
  });

  it("does not count who has left, and has nobody to pick in an empty room", () => {
    expect(pickPupil(["b"], ["a"], 0)).toEqual({ identity: "b", picked: ["a", "b"], left: 0 });
    expect(pickPupil(["a"], ["a"], 0.99)).toMatchObject({ identity: "a" });
    expect(pickPupil([], [], 0)).toBeNull();
  });
});

describe("piecesOf", () => {
  it("makes links of web addresses only, without the stop after them", () => {
    expect(piecesOf("см. https://a.example/b?c=1, потом javascript:alert(1)")).toEqual([
      { text: "см. ", href: null },
      { text: "https://a.example/b?c=1", href: "https://a.example/b?c=1" },
      { text: ", потом javascript:alert(1)", href: null },
    ]);
  });

  it.each(["https://bank.example@evil.example/", "https://", "<b>жирный</b>"])("leaves %s as text", (text) => {
    expect(piecesOf(text)).toEqual([{ text, href: null }]);
  });
});

describe("what is told", () => {
  it("says which rights changed, and nothing to moderators", () => {
    const before = youPart();
    const after = youPart({ rights: rights({ screen: true, chat: false }) });
    expect(changesOfRights(before, after)).toEqual(["Теперь вам можно демонстрировать экран", "Преподаватель закрыл чат"]);
    expect(changesOfRights(youPart({ moderator: true }), { ...after, moderator: true })).toEqual([]);
    expect(changesOfRights(before, youPart({ moderator: true }))).toEqual(["Теперь вы соведущий: вам доступно управление звонком"]);
  });

  it("does not tell who may not speak who may switch the microphone on", () => {
    const after = youPart({ rights: rights({ microphone: false, unmute: false }) });
    expect(changesOfRights(youPart(), after)).toHaveLength(1);
  });

  it("leaves to others what others tell", () => {
    expect(sentenceOf({ is: "note", what: "muted" })).toBeNull();
    expect(sentenceOf({ is: "note", what: "hand_lowered", by: "Иванова" })).toBe("Ваша рука опущена: Иванова");
  });

  it("names new hands and new people at the door", () => {
    const before = { ...EMPTY_CLASS, you: youPart(), hands: [hand("a")] };
    const after = { ...before, hands: [hand("a"), hand("b"), hand("p1")], people: [classPerson({ name: "Белов", standing: "lobby" })] };
    expect(newcomers(before, after)).toEqual({ hands: ["b"], waiting: ["Белов"] });
  });
});

describe("deedOf", () => {
  const press = (code: string, fields: object = {}) =>
    deedOf({ code, key: "", ctrlKey: false, altKey: false, metaKey: false, target: document.body, ...fields });

  it("goes by the key's place, so that it works in a Russian layout", () => {
    expect(press("KeyM", { key: "ь" })).toBe("microphone");
    expect(press("Digit7", { key: "?" })).toBe("help");
    expect(press("KeyQ")).toBeNull();
  });

  it("leaves texts, dialogs and the browser's own keys alone", () => {
    const field = document.createElement("textarea");
    expect(press("KeyM", { target: field })).toBeNull();
    expect(press("Space", { target: field })).toBeNull();
    expect(press("Escape", { target: field })).toBe("close");
    expect(press("KeyC", { ctrlKey: true })).toBeNull();
    const dialog = document.createElement("dialog");
    dialog.append(field);
    expect(press("Escape", { target: field })).toBeNull();
  });
});

it("shows reactions of one kind on one line, the latest person first", () => {
  const shown = new Shown();
  expect(shown.add("heart", "а")).toBe(true);
  expect(shown.add("heart", "б")).toBe(false);
  shown.add("heart", "а");
  expect(shown.groups.get()).toEqual([{ reaction: "heart", names: ["а", "б"] }]);
  shown.clear();
});

it("reads from a token whether it opens a room", () => {
  expect(opensRoom(token("a", true))).toBe(true);
  expect(opensRoom(token("a", false))).toBe(false);
  expect(opensRoom("nonsense")).toBe(false);
});
