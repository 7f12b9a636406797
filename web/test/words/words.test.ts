import { expect, it } from "vitest";

import { choose, type Words } from "../../src/words";
import { accountEn } from "../../src/words/account-en";
import { accountRu } from "../../src/words/account-ru";
import { en } from "../../src/words/en";
import { ru } from "../../src/words/ru";
import { schoolEn } from "../../src/words/school-en";
import { schoolRu } from "../../src/words/school-ru";

it("speaks Russian unless the address asks for English", () => {
  expect(choose<Words>("", ru, en)).toBe(ru);
  expect(choose<Words>("?lang=de", ru, en)).toBe(ru);
  expect(choose<Words>("?lang=en", ru, en)).toBe(en);
});

/** Every entry's path with what it is: "signIn.stepOf function". */
function shape(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${path} ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => shape(inner, path ? `${path}.${key}` : key));
}

const CATALOGUES = [
  ["call", ru, en],
  ["account", accountRu, accountEn],
  ["school", schoolRu, schoolEn],
] as const;

it.each(CATALOGUES)("says the same things in both languages: %s", (_, russian, english) => {
  expect(shape(english).sort()).toEqual(shape(russian).sort());
});

it.each(CATALOGUES)("leaves nothing empty or untranslated: %s", (_, russian, english) => {
  const texts = (value: unknown): string[] =>
    typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
  expect([...texts(russian), ...texts(english)].filter((text) => text.trim() === "")).toEqual([]);
  expect(texts(english).filter((text) => /^[^“]*[а-яё]/iu.test(text))).toEqual([]);
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
