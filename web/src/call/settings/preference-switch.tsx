/** A preference that is on or off. */

import { SwitchRow } from "../../classroom/switch-row";
import { stageWords } from "../../words/stage";
import { useCall, useCallState } from "../context";

type Name = "saving" | "noiseSuppression" | "echoCancellation" | "autoGainControl" | "mirror" | "hideOwn";

export function PreferenceSwitch({ name, hint = "" }: { readonly name: Name; readonly hint?: string }) {
  const port = useCall();
  const on = useCallState((state) => state.preferences[name]);
  return (
    <SwitchRow
      title={stageWords.preferences[name]}
      hint={hint}
      on={on}
      testId={`prefer-${name}`}
      onChange={(wanted) => void port.prefer({ [name]: wanted })}
    />
  );
}
