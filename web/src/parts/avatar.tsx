/** A person without a picture: initials on a colour that stays theirs. */

const COLOURS = 8;

/** The first letters of the first two words. */
export function initialsOf(name: string): string {
  const letters = name
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, 2)
    .map((word) => String.fromCodePoint(word.codePointAt(0) ?? 32).toLocaleUpperCase());
  return letters.join("");
}

/** The number of a person's colour: the same in every call and on every device. */
export function colourOf(identity: string): number {
  let hash = 0;
  for (const char of identity) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
  return hash % COLOURS;
}

export function Avatar({ identity, name }: { readonly identity: string; readonly name: string }) {
  return (
    <span className={`avatar avatar_${colourOf(identity)}`} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
