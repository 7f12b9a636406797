/** The catalogue of words the page speaks: Russian, or English when the address asks for it (`?lang=en`). Words of some
 * pages only stand in catalogues of their own, which are chosen in the same way. */

import { en } from "./en";
import { ru } from "./ru";

export type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Widened<T[K]> };

export type Words = Widened<typeof ru>;

export function choose<T>(search: string, russian: T, english: T): T {
  return new URLSearchParams(search).get("lang") === "en" ? english : russian;
}

export const words = choose<Words>(window.location.search, ru, en);
