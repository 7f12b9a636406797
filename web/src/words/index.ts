/** The catalogue of words the page speaks: Russian, or English when the address asks for it (`?lang=en`). */

import { en } from "./en";
import { ru } from "./ru";

export type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Widened<T[K]> };

export type Words = Widened<typeof ru>;

export function chooseWords(search: string): Words {
  return new URLSearchParams(search).get("lang") === "en" ? en : ru;
}

export const words = chooseWords(window.location.search);
