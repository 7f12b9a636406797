import { describe, expect, it } from "vitest";

import { clock, remaining } from "../../src/parts/countdown";
import { readDate, writtenDate } from "../../src/parts/dates";
import { ownPath, signInFor } from "../../src/parts/navigation";
import { wordsFor } from "../../src/parts/problem-words";
import { Problem } from "../../src/protocol/problem";
import { looksLikePhone, tidyPhone } from "../../src/sign-in/phone";

it.each([
  ["05.09.2012", "2012-09-05"],
  ["5.9.2012", "2012-09-05"],
  ["05092012", "2012-09-05"],
  [" 5/9/2012 ", "2012-09-05"],
  ["2012-09-05", "2012-09-05"],
  ["29.02.2012", "2012-02-29"],
  ["29.02.2013", null],
  ["31.04.2012", null],
  ["5.9.12", null],
  ["вчера", null],
  ["", null],
])("reads the date %j", (text, date) => {
  expect(readDate(text)).toBe(date);
});

it("writes a date as people here do", () => {
  expect(writtenDate("2012-09-05")).toBe("05.09.2012");
});

it.each([
  ["89123456789", "+7 912 345-67-89"],
  ["8 (912) 345-67-89", "+7 912 345-67-89"],
  ["+79123456789", "+7 912 345-67-89"],
  ["9123456789", "+7 912 345-67-89"],
  ["+375 29 123-45-67", "+375 29 123-45-67"],
  ["123", "123"],
])("tidies the phone %j", (text, tidy) => {
  expect(tidyPhone(text)).toBe(tidy);
});

it("sends nothing that cannot be a phone", () => {
  expect(["+7 912 345-67-89", "+375291234567"].every(looksLikePhone)).toBe(true);
  expect(["", "912", "12345678901234567", "89123456789 мама"].some(looksLikePhone)).toBe(false);
});

it.each(["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "", null])(
  "does not lead away by %j",
  (path) => {
    expect(ownPath(path)).toBe("/");
  },
);

it("leads back to where signing in was asked for", () => {
  expect(ownPath("/link/4F7-K2M?lang=en")).toBe("/link/4F7-K2M?lang=en");
  expect(signInFor("/call/c1?a=b")).toBe("/sign-in?next=%2Fcall%2Fc1%3Fa%3Db");
});

describe("a countdown", () => {
  const now = Date.parse("2026-01-26T12:00:00+03:00");
  it.each([
    ["2026-01-26T12:01:05+03:00", 65],
    ["2026-01-26T11:59:00+03:00", 0],
    ["soon", 0],
    [null, 0],
  ])("to %j has %i seconds left", (moment, left) => {
    expect(remaining(moment, now)).toBe(left);
  });

  it("shows minutes and seconds", () => {
    expect(clock(65)).toBe("1:05");
  });

  it.each([
    [{ tries_left: 2 }, "Осталось 2 попытки."],
    [{ retry_at: "2026-01-26T12:15:00+03:00" }, "Попробуйте снова через 15 мин."],
    [{ retry_at: "2026-01-26T12:00:45+03:00" }, "Попробуйте снова через 45 с."],
  ])("is told with a problem: %j", (members, words) => {
    expect(wordsFor(new Problem("other", 422, "", "code_wrong", members), now)).toContain(words);
  });
});

it.each([
  [0, "other", "Нет связи с сервером"],
  [500, "internal", "Сервер не справился"],
  [404, "strange", "Такой страницы нет"],
  [403, "strange", "нет доступа"],
  [401, "strange", "Войдите ещё раз"],
  [429, "strange", "Слишком много попыток"],
  [409, "strange", "Обновите страницу"],
])("has words for a problem it does not know: %i %s", (status, reason, words) => {
  expect(wordsFor(new Problem("other", status, "", reason))).toContain(words);
});
