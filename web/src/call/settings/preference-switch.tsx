/** A preference that is on or off. */

import { SwitchRow } from "../../classroom/switch-row";
import { stageWords } from "../../words/stage";
import { useCall, useCallState } from "../context";

type Name = "saving" | "noiseSuppression" | "echoCancellation" | "autoGainControl" | "mirror" | "hideOwn" | "blur";

interface PreferenceSwitchProps {
  readonly name: Name;
  readonly hint?: string;
  readonly disabled?: boolean;
}

export function PreferenceSwitch({ name, hint = "", disabled = false }: PreferenceSwitchProps) {
  const port = useCall();
  const on = useCallState((state) => state.preferences[name]);
  return (
    <SwitchRow
      title={stageWords.preferences[name]}
      hint={hint}
      on={on}
      disabled={disabled}
      testId={`prefer-${name}`}
      onChange={(wanted) => void port.prefer({ [name]: wanted })}
    />
  );
}
