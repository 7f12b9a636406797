import { expect, it } from "vitest";

import { colourOf, initialsOf } from "../../src/parts/avatar";

it.each([
  ["Иванова Анна Сергеевна", "ИА"],
  ["  петров  ", "П"],
  ["", ""],
  ["Ёлкин 😀", "Ё😀"],
])("takes the initials of %j", (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

it("gives a person the same colour everywhere", () => {
  expect(colourOf("person_1")).toBe(colourOf("person_1"));
  const colours = new Set(Array.from({ length: 30 }, (_, index) => colourOf(`person_${index}`)));
  expect(colours.size).toBeGreaterThan(5);
});
