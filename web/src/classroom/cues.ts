/** Short sounds for what a person may not be looking at. Made here: nothing is loaded. */

import { browserStorage } from "../media/choices";
import { Store } from "../media/store";

export type Cue = "hand" | "chat" | "lobby" | "admitted" | "timer";

/** Each cue's notes, hertz: told apart by melody, not by loudness. */
const MELODIES: Readonly<Record<Cue, readonly number[]>> = {
  hand: [587.3, 784],
  chat: [880],
  lobby: [523.3, 659.3, 784],
  admitted: [659.3, 880],
  timer: [784, 784, 784],
};
const NOTE_SECONDS = 0.12;
const LOUDNESS = 0.12;
/** A class that raises its hands at once sounds once, milliseconds. */
const SHORTEST_GAP = 700;

const KEY = "zvonok.cues";

function load(): boolean {
  return browserStorage()?.getItem(KEY) !== "off";
}

/** Whether cues sound in this browser. */
export const cuesOn = new Store(load());

export function setCues(on: boolean): void {
  cuesOn.set(on);
  try {
    browserStorage()?.setItem(KEY, on ? "on" : "off");
  } catch {
    // Storage is full or forbidden: the choice holds for this visit only.
  }
}

let context: AudioContext | null = null;
let last = Number.NEGATIVE_INFINITY;

/** Plays a cue, unless cues are off or one has just sounded. */
export function playCue(cue: Cue): void {
  const now = performance.now();
  if (!cuesOn.get() || now - last < SHORTEST_GAP || !("AudioContext" in window)) return;
  last = now;
  context ??= new AudioContext();
  // Before the first click of the person the browser keeps it silent: then the cue is seen only.
  if (context.state === "suspended") void context.resume();
  MELODIES[cue].forEach((frequency, index) => {
    if (context) note(context, frequency, context.currentTime + index * NOTE_SECONDS);
  });
}

function note(at: AudioContext, frequency: number, start: number): void {
  const tone = at.createOscillator();
  const gain = at.createGain();
  tone.type = "triangle";
  tone.frequency.value = frequency;
  gain.gain.setValueAtTime(LOUDNESS, start);
  gain.gain.exponentialRampToValueAtTime(0.001, start + NOTE_SECONDS * 2);
  tone.connect(gain).connect(at.destination);
  tone.start(start);
  tone.stop(start + NOTE_SECONDS * 2);
}
