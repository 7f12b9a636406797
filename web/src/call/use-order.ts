/** The stage's order of people, kept from one change to the next. */

import { useState } from "react";

import { orderPeople } from "./order";
import type { Person } from "./port";

export function useOrder(people: readonly Person[], perPage: number): Person[] {
  const [previous, setPrevious] = useState<readonly string[]>([]);
  const order = orderPeople(people, previous, perPage);
  const identities = order.map((person) => person.identity);
  const same = identities.length === previous.length && identities.every((identity, i) => identity === previous[i]);
  // Setting state while rendering is React's way to keep something of the render before.
  if (!same) setPrevious(identities);
  return order;
}
