/** What changed among the people that is worth reading out. */

import type { Person } from "../call/port";
import { words } from "../words";

/** Sentences about who came, who went and who shows a screen. Nothing for the first look at a room. */
export function changesOf(before: readonly Person[], after: readonly Person[]): string[] {
  if (before.length === 0) return [];
  const was = new Map(before.map((person) => [person.identity, person]));
  const is = new Map(after.map((person) => [person.identity, person]));
  const came = after.filter((person) => !person.own && !was.has(person.identity));
  const went = before.filter((person) => !person.own && !is.has(person.identity));
  const shows = after.filter((person) => !person.own && person.screen && was.get(person.identity)?.screen !== true);
  const stopped = before.filter((person) => !person.own && person.screen && is.get(person.identity)?.screen === false);
  return [
    ...came.map((person) => words.announce.joined(person.name)),
    ...went.map((person) => words.announce.left(person.name)),
    ...shows.map((person) => words.announce.screenStarted(person.name)),
    ...stopped.map((person) => words.announce.screenStopped(person.name)),
  ];
}
