/** How a person likes calls to look and sound, kept in this browser with the other choices. */

/** The most that is received of a camera; "auto" = as much as its size on the page needs. */
export type ReceivedQuality = "auto" | "medium" | "low";
/** What a shared screen must keep when the connection is narrow: sharp letters, or smooth motion. */
export type ScreenHint = "text" | "video";
/** Language of captions; "" = none. */
export type CaptionsLanguage = "" | "ru" | "en";

export interface Preferences {
  /** Only sound and shared screens are received. */
  readonly saving: boolean;
  readonly quality: ReceivedQuality;
  readonly noiseSuppression: boolean;
  readonly echoCancellation: boolean;
  readonly autoGainControl: boolean;
  /** The own picture is not among the others'. */
  readonly hideOwn: boolean;
  readonly mirror: boolean;
  /** Others see what is behind the person blurred. */
  readonly blur: boolean;
  readonly screenHint: ScreenHint;
  readonly captions: CaptionsLanguage;
}

export type Voice = Pick<Preferences, "noiseSuppression" | "echoCancellation" | "autoGainControl">;

export const FIRST_PREFERENCES: Preferences = {
  saving: false,
  quality: "auto",
  noiseSuppression: true,
  echoCancellation: true,
  autoGainControl: true,
  hideOwn: false,
  mirror: true,
  blur: false,
  screenHint: "text",
  captions: "",
};

export const RECEIVED_QUALITIES: readonly ReceivedQuality[] = ["auto", "medium", "low"];
export const SCREEN_HINTS: readonly ScreenHint[] = ["text", "video"];
export const CAPTIONS_LANGUAGES: readonly CaptionsLanguage[] = ["", "ru", "en"];

/** The preferences among kept fields; the first ones for everything that is missing or broken. */
export function preferencesOf(fields: Record<string, unknown>): Preferences {
  const first = FIRST_PREFERENCES;
  const flag = (name: keyof Voice | "saving" | "hideOwn" | "mirror" | "blur") => {
    const value = fields[name];
    return typeof value === "boolean" ? value : first[name];
  };
  const one = <T>(all: readonly T[], value: unknown, otherwise: T) => all.find((known) => known === value) ?? otherwise;
  return {
    saving: flag("saving"),
    quality: one(RECEIVED_QUALITIES, fields.quality, first.quality),
    noiseSuppression: flag("noiseSuppression"),
    echoCancellation: flag("echoCancellation"),
    autoGainControl: flag("autoGainControl"),
    hideOwn: flag("hideOwn"),
    mirror: flag("mirror"),
    blur: flag("blur"),
    screenHint: one(SCREEN_HINTS, fields.screenHint, first.screenHint),
    captions: one(CAPTIONS_LANGUAGES, fields.captions, first.captions),
  };
}

export function sameVoice(a: Voice, b: Voice): boolean {
  return (
    a.noiseSuppression === b.noiseSuppression &&
    a.echoCancellation === b.echoCancellation &&
    a.autoGainControl === b.autoGainControl
  );
}
