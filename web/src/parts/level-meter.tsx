/** How loud the microphone hears a person. */

import { Icon16Microphone, Icon16MicrophoneSlash } from "@vkontakte/icons";
import { useEffect, useRef } from "react";

import { watchLevel } from "../media/level";
import { words } from "../words";

/** Screen readers are told this often, milliseconds; the bar itself follows every frame. */
const TELL_INTERVAL = 500;
/** Share of the way back the bar goes per frame: up at once, down gently. */
const FALL = 0.12;

export function LevelMeter({ track }: { readonly track: MediaStreamTrack | null }) {
  const meter = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = meter.current;
    if (!track || !element) return;
    let shown = 0;
    let told = 0;
    const stop = watchLevel(track, (level) => {
      shown = Math.max(level, shown - FALL * shown);
      element.style.setProperty("--level", shown.toFixed(3));
      if (performance.now() - told < TELL_INTERVAL) return;
      told = performance.now();
      element.setAttribute("aria-valuenow", String(Math.round(shown * 100)));
    });
    return () => {
      stop();
      element.style.setProperty("--level", "0");
    };
  }, [track]);
  return (
    <div className="level">
      <span className="level__icon" aria-hidden="true">
        {track ? <Icon16Microphone /> : <Icon16MicrophoneSlash />}
      </span>
      <div
        ref={meter}
        className="level__bar"
        role="meter"
        aria-label={words.prejoin.level}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={0}
        data-testid="level-meter"
      />
      <p className="level__hint">{track ? words.prejoin.levelHint : words.prejoin.levelOff}</p>
    </div>
  );
}
