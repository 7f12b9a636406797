/** A chat message's text with the web addresses in it. Nothing else of the text means anything to the page. */

export interface Piece {
  readonly text: string;
  /** null: plain text. */
  readonly href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"«»]+/giu;
/** Ends a sentence more often than an address. */
const TRAILING = /[.,;:!?)\]}'…]+$/u;

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, "");
    const href = webAddress(address);
    if (href === null) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), href: null });
    pieces.push({ text: address, href });
    at = match.index + address.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), href: null });
  return pieces;
}

/** The address as the browser reads it; null when it is none, or hides where it leads behind a name before «@». */
function webAddress(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.username === "" && url.password === "" ? url.href : null;
}
