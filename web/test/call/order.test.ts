import { expect, it } from "vitest";

import { orderPeople } from "../../src/call/order";
import { person } from "../support/people";

const teacher = person({ identity: "t", role: "administrator" });
const me = person({ identity: "me", own: true });
const pupil = (identity: string, fields = {}) => person({ identity, ...fields });
const names = (people: readonly { identity: string }[]) => people.map(({ identity }) => identity).join(" ");

it("puts the administrator first", () => {
  expect(names(orderPeople([me, pupil("a"), teacher], [], 9))).toBe("t me a");
});

it("keeps everybody's place when one leaves and another comes", () => {
  expect(names(orderPeople([me, pupil("c"), pupil("b"), pupil("new")], ["me", "a", "b", "c"], 9))).toBe("me b c new");
});

it("brings a speaker from a later page to the first, in place of who has been silent longest", () => {
  const people = [teacher, me, pupil("a", { spokeAt: 50 }), pupil("b", { spokeAt: 10 }), pupil("c", { speaking: true })];
  expect(names(orderPeople(people, ["t", "me", "a", "b", "c"], 4))).toBe("t me a c b");
});

it("never moves the administrator, the person at the page or another speaker away", () => {
  const people = [teacher, me, pupil("a", { speaking: true }), pupil("c", { speaking: true })];
  expect(names(orderPeople(people, ["t", "me", "a", "c"], 3))).toBe("t me a c");
});

it("leaves a speaker on the first page where they are", () => {
  expect(names(orderPeople([me, pupil("a"), pupil("b", { speaking: true })], ["me", "a", "b"], 3))).toBe("me a b");
});
