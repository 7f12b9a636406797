/** What a person chose before, kept in this browser: devices, preferences, and whether to enter with camera and microphone on. */

import { FIRST_PREFERENCES, preferencesOf, type Preferences } from "./preferences";

export interface Choices extends Preferences {
  readonly camera: boolean;
  readonly microphone: boolean;
  /** Device ids of the browser; "" is the system's default. */
  readonly cameraId: string;
  readonly microphoneId: string;
  readonly speakerId: string;
}

const KEY = "zvonok.choices";

const DEFAULTS: Choices = {
  ...FIRST_PREFERENCES,
  camera: true,
  microphone: true,
  cameraId: "",
  microphoneId: "",
  speakerId: "",
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The kept choices; defaults for everything that is missing, broken, or when storage is forbidden. */
export function loadChoices(storage: Pick<Storage, "getItem"> | null): Choices {
  const kept = parse(storage?.getItem(KEY) ?? "null");
  if (typeof kept !== "object" || kept === null) return DEFAULTS;
  const fields = kept as Record<string, unknown>;
  const flag = (name: "camera" | "microphone") => {
    const value = fields[name];
    return typeof value === "boolean" ? value : DEFAULTS[name];
  };
  const id = (name: "cameraId" | "microphoneId" | "speakerId") => {
    const value = fields[name];
    return typeof value === "string" ? value : "";
  };
  return {
    ...preferencesOf(fields),
    camera: flag("camera"),
    microphone: flag("microphone"),
    cameraId: id("cameraId"),
    microphoneId: id("microphoneId"),
    speakerId: id("speakerId"),
  };
}

export function saveChoices(storage: Pick<Storage, "setItem"> | null, choices: Choices): void {
  try {
    storage?.setItem(KEY, JSON.stringify(choices));
  } catch {
    // Storage is full or forbidden (private window): the choices hold for this visit only.
  }
}

/** The browser's storage, or null where the page may not use it. */
export function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
