/** The keys of the call: what a key means, and talking while Space is held. */

import { browserStorage } from "../media/choices";
import { Store } from "../media/store";
import { SHORTCUTS, type BarKey } from "../call/bar-items";

export type Deed = BarKey | "reactions" | "help" | "close" | "talk";

const BY_CODE = new Map<string, Deed>([
  ...Object.entries(SHORTCUTS).map(([deed, letter]): [string, Deed] => [`Key${letter}`, deed as BarKey]),
  ["KeyR", "reactions"],
  ["Escape", "close"],
  ["Space", "talk"],
]);

type Press = Pick<KeyboardEvent, "code" | "key" | "ctrlKey" | "altKey" | "metaKey" | "target">;

/** What a pressed key asks for; null when it belongs to something else: a text, a dialog, a shortcut of the browser. */
export function deedOf(press: Press): Deed | null {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  const deed = press.key === "?" ? "help" : (BY_CODE.get(press.code) ?? null);
  const { target } = press;
  if (!(target instanceof Element) || deed === null) return deed;
  if (target.closest("dialog")) return null;
  if (target.closest("input, textarea, select, [contenteditable]")) return deed === "close" ? deed : null;
  return deed === "talk" && presses(target) ? null : deed;
}

/** Space belongs to a button that was reached by the keyboard, not to one that was only clicked. */
function presses(target: Element): boolean {
  return target.matches("button, a, [role=button], [role=switch]") && target.matches(":focus-visible");
}

const KEY = "zvonok.keys";

/** Whether keys work in this browser: some people's aids press letters of their own. */
export const keysOn = new Store(browserStorage()?.getItem(KEY) !== "off");

export function setKeys(on: boolean): void {
  keysOn.set(on);
  try {
    browserStorage()?.setItem(KEY, on ? "on" : "off");
  } catch {
    // Storage is full or forbidden: the choice holds for this visit only.
  }
}
