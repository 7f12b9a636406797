/** «Текст» or «Видео»: what a shared screen must keep on a narrow connection. */

import { SCREEN_HINTS } from "../../media/preferences";
import { stageWords } from "../../words/stage";
import { useCall, useCallState } from "../context";

export function ScreenHintChoice() {
  const port = useCall();
  const chosen = useCallState((state) => state.preferences.screenHint);
  const { screenHint, screenHints } = stageWords.preferences;
  return (
    <div className="screen-hint" role="group" aria-label={screenHint} data-testid="screen-hint">
      {SCREEN_HINTS.map((hint) => (
        <button key={hint} type="button" aria-pressed={hint === chosen} onClick={() => void port.prefer({ screenHint: hint })}>
          {screenHints[hint]}
        </button>
      ))}
    </div>
  );
}
