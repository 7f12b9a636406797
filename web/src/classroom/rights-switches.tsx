/** A switch for each right. */

import type { Rights } from "../protocol/classroom";
import { classroom } from "../words/classroom";
import { SwitchRow } from "./switch-row";

const { name, explain } = classroom.rights;
const RIGHTS: readonly (keyof Rights)[] = ["microphone", "unmute", "camera", "screen", "board", "chat", "hand"];

interface RightsSwitchesProps {
  readonly rights: Rights;
  readonly testId: string;
  readonly onChange: (right: keyof Rights, on: boolean) => void;
}

export function RightsSwitches({ rights, testId, onChange }: RightsSwitchesProps) {
  return (
    <>
      {RIGHTS.map((right) => (
        <SwitchRow
          key={right}
          title={name[right]}
          hint={explain[right]}
          on={rights[right] && (right !== "unmute" || rights.microphone)}
          disabled={right === "unmute" && !rights.microphone}
          testId={`${testId}-${right}`}
          onChange={(on) => onChange(right, on)}
        />
      ))}
    </>
  );
}
