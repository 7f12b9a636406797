/** Who stands where on the stage: steady, with the administrator first and whoever speaks on the first page. */

import type { Person } from "./port";

function rank(person: Person): number {
  if (person.role === "administrator") return 0;
  return person.role === "teacher" ? 1 : 2;
}

/** May be moved to a later page when somebody else speaks. */
function movable(person: Person): boolean {
  return !person.own && rank(person) === 2 && !person.speaking;
}

/**
 * The people in the order of the stage. `previous` (identities) is the order before: who was there keeps their place,
 * newcomers come last. A speaker beyond the first `perPage` places changes places with the movable person there
 * who has been silent longest.
 */
export function orderPeople(people: readonly Person[], previous: readonly string[], perPage: number): Person[] {
  const place = new Map(previous.map((identity, index) => [identity, index]));
  const placeOf = (person: Person) => place.get(person.identity) ?? previous.length;
  const ordered = [...people].sort((a, b) => rank(a) - rank(b) || placeOf(a) - placeOf(b));
  for (let index = perPage; index < ordered.length; index++) {
    const speaker = ordered[index];
    if (!speaker?.speaking) continue;
    const silent = longestSilent(ordered.slice(0, perPage));
    if (silent === null) break;
    const target = ordered.indexOf(silent);
    ordered[target] = speaker;
    ordered[index] = silent;
  }
  return ordered;
}

function longestSilent(people: readonly Person[]): Person | null {
  const candidates = people.filter(movable);
  return candidates.reduce<Person | null>((a, b) => (a === null || b.spokeAt < a.spokeAt ? b : a), null);
}
