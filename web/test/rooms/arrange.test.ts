import { expect, it } from "vitest";

import { audienceOf, boardOf, evenly, found, queueOf, spreadOf } from "../../src/rooms/arrange";
import { personAfter, roomAfter } from "../../src/rooms/steps";
import { classPerson } from "../support/fake-class";
import { inRooms, room } from "../support/rooms";

const person = (identity: string, assigned = 0, fields = {}) => classPerson({ identity, name: identity, assigned, ...fields });

it("shows who belongs where by name, and who belongs nowhere", () => {
  const people = [person("b", 1), person("a", 1, { room: 1 }), person("c"), person("d", 9)];
  const board = boardOf(people, [room({ id: 1 }), room({ id: 2 })]);
  expect(board.rooms.map((view) => view.people.map((one) => one.identity))).toEqual([["a", "b"], []]);
  expect(board.rooms[0]?.here).toBe(1);
  expect(board.rest.map((one) => one.identity)).toEqual(["c", "d"]);
});

it("places neither the administrator nor those who were removed", () => {
  const people = [person("t", 0, { role: "administrator" }), person("r", 0, { standing: "removed" }), person("co", 0, { moderator: true })];
  expect(boardOf(people, []).rest.map((one) => one.identity)).toEqual(["co"]);
});

it("counts those who are in the room, not those who only belong to it", () => {
  const people = [person("away", 1, { present: false, room: 1 }), person("coming", 1), person("there", 1, { room: 1 })];
  expect(boardOf(people, [room()]).rooms[0]?.here).toBe(1);
});

it("serves those who called first", () => {
  const rooms = [room({ id: 1, called_at: 20 }), room({ id: 2 }), room({ id: 3, called_at: 10 })];
  expect(queueOf(rooms).map((one) => one.id)).toEqual([3, 1]);
});

it.each([
  [10, 4, 2, 3],
  [8, 4, 2, 2],
  [3, 50, 0, 1],
])("shares out %i among %i", (people, rooms, least, most) => {
  expect(evenly(people, rooms)).toEqual({ least, most });
});

it("tells the smallest and the largest room", () => {
  expect(spreadOf([])).toBeNull();
  const { people, rooms } = inRooms({ people: 10, rooms: 3, phase: "prepared" });
  expect(spreadOf(boardOf(people, rooms?.rooms ?? []).rooms)).toEqual({ least: 3, most: 4 });
});

it.each([
  ["Фёдорова Алиса", "федор", true],
  ["Фёдорова Алиса", "али фе", true],
  ["Фёдорова Алиса", "лиса", false],
  ["Фёдорова Алиса", "  ", true],
])("finds %s by «%s»: %s", (name, search, is) => {
  expect(found(name, search)).toBe(is);
});

it("says who hears a teacher: nobody, one, some, or all open rooms", () => {
  const rooms = [1, 2, 3].map((id) => room({ id, open: true }));
  expect(audienceOf([], rooms).kind).toBe("none");
  expect(audienceOf([2], rooms).kind).toBe("one");
  expect(audienceOf([1, 2], rooms).kind).toBe("some");
  expect(audienceOf([1, 2, 3], rooms).kind).toBe("all");
  const closed = rooms.map((one) => ({ ...one, open: one.id !== 3 }));
  expect(audienceOf([3], closed).kind).toBe("none");
  expect(audienceOf([1, 2, 3], closed).kind).toBe("all");
});

const LISTS = [
  { room: 0, people: ["a"] },
  { room: 1, people: [] },
  { room: 2, people: ["b", "c"] },
];

it.each([
  ["a", "ArrowDown", "b"],
  ["b", "ArrowLeft", "a"],
  ["a", "ArrowUp", null],
  ["c", "ArrowRight", null],
  ["c", "Home", "b"],
  ["b", "End", "c"],
  ["b", "x", null],
  ["gone", "ArrowDown", null],
])("goes from %s by %s to %s", (from, key, to) => {
  expect(personAfter(LISTS, from, key)).toBe(to);
});

it.each([
  ["a", 1, 1],
  ["a", -1, null],
  ["b", -1, 1],
  ["c", 1, null],
  ["gone", 1, null],
] as const)("moves %s by %i to %s", (who, step, to) => {
  expect(roomAfter(LISTS, who, step)).toBe(to);
});
