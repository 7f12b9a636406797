import { expect, it } from "vitest";

import { chooseWords } from "../../src/words";
import { en } from "../../src/words/en";
import { ru } from "../../src/words/ru";

it("speaks Russian unless the address asks for English", () => {
  expect(chooseWords("")).toBe(ru);
  expect(chooseWords("?lang=de")).toBe(ru);
  expect(chooseWords("?lang=en")).toBe(en);
});

it.each([
  [1, "1 участник"],
  [2, "2 участника"],
  [5, "5 участников"],
  [11, "11 участников"],
  [21, "21 участник"],
  [112, "112 участников"],
])("counts %i", (count, text) => {
  expect(ru.participants.count(count)).toBe(text);
});
