import { expect, it } from "vitest";

import { secondsSince, secondsTo } from "../../src/rooms/clock";
import { warningOf } from "../../src/rooms/use-room-news";
import { fitOf, pictureOf, sameTile, tilesOf } from "../../src/rooms/wall-view";
import { classPerson } from "../support/fake-class";
import { wallPerson } from "../support/fake-wall";
import { room } from "../support/rooms";

const one = (identity: string, fields = {}) => wallPerson({ identity, ...fields });

it("shows whoever spoke last, then the first with a camera", () => {
  const quiet = [one("a", { camera: false }), one("b"), one("c")];
  expect(pictureOf(quiet, null)?.identity).toBe("b");
  expect(pictureOf([one("b"), one("c", { spokeAt: 5 })], null)?.identity).toBe("c");
  expect(pictureOf([one("a", { camera: false, speaking: true })], null)).toBeNull();
});

it("keeps a picture while two talk to each other, and while its person speaks on", () => {
  const talk = (b: object, c: object) => [one("b", { spokeAt: 100_000, ...b }), one("c", c)];
  expect(pictureOf(talk({}, { spokeAt: 102_000, speaking: true }), "b")?.identity).toBe("b");
  expect(pictureOf(talk({ speaking: true }, { spokeAt: 110_000 }), "b")?.identity).toBe("b");
  expect(pictureOf(talk({}, { spokeAt: 110_000 }), "b")?.identity).toBe("c");
  expect(pictureOf(talk({ camera: false }, { spokeAt: 0 }), "b")?.identity).toBe("c");
});

const PEOPLE = [
  classPerson({ identity: "b", name: "Борис", room: 1, assigned: 1 }),
  classPerson({ identity: "a", name: "Анна", room: 1 }),
  classPerson({ identity: "v", name: "Вера", room: 2, present: false }),
];

it("puts on a tile who is in the room now, and who speaks there by name", () => {
  const media = new Map([["b", one("b", { speaking: true, camera: false })], ["a", one("a")]]);
  const [first, second] = tilesOf([room({ open: true }), room({ id: 2, open: true })], PEOPLE, media, new Map());
  expect(first).toMatchObject({ picture: "a", speaker: "Борис", people: [{ name: "Анна" }, { name: "Борис" }] });
  expect(second).toMatchObject({ picture: null, speaker: null, people: [] });
});

it("draws a tile again only for what can be seen on it", () => {
  const tile = () => tilesOf([room({ open: true })], PEOPLE, new Map([["a", one("a")]]), new Map())[0];
  const before = tile();
  const after = tile();
  if (!before || !after) throw new Error("no tile");
  expect(sameTile(before, after)).toBe(true);
  expect(sameTile(before, { ...after, speaker: "Анна" })).toBe(false);
  expect(sameTile(before, { ...after, people: [] })).toBe(false);
});

it("fits small tiles for many rooms and large ones for few", () => {
  expect(fitOf(50, 1224, 440)).toEqual({ large: false, perPage: 12 });
  expect(fitOf(6, 1224, 440)).toEqual({ large: true, perPage: 8 });
  expect(fitOf(4, 340, 500)).toEqual({ large: true, perPage: 2 });
  expect(fitOf(4, 0, 0).perPage).toBe(1);
});

it("counts by the server's clock", () => {
  expect(secondsTo(100, 90_000, 5_000)).toBe(5);
  expect(secondsTo(100, 99_500, 0)).toBe(1);
  expect(secondsTo(100, 200_000, 0)).toBe(0);
  expect(secondsSince(100, 103_900, 0)).toBe(3);
});

it("warns in words", () => {
  expect(warningOf(60)).toContain("через 1 минуту");
  expect(warningOf(30)).toContain("через 30 секунд");
});
