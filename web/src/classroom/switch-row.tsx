/** One thing that is on or off, with what it means. */

import { Switch } from "@vkontakte/vkui";
import { useId } from "react";

interface SwitchRowProps {
  readonly title: string;
  readonly hint?: string;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly testId?: string;
  readonly onChange: (on: boolean) => void;
}

export function SwitchRow({ title, hint = "", on, disabled = false, testId, onChange }: SwitchRowProps) {
  const id = useId();
  return (
    <label className="switch-row" data-disabled={disabled}>
      <span className="switch-row__words">
        {title}
        {hint !== "" && (
          <small id={id} className="switch-row__hint">
            {hint}
          </small>
        )}
      </span>
      <Switch
        aria-label={title}
        aria-describedby={hint === "" ? undefined : id}
        checked={on}
        disabled={disabled}
        data-testid={testId}
        onChange={(event) => onChange(event.target.checked)}
      />
    </label>
  );
}
