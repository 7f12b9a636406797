/** A number between bounds, typed or stepped. */

import { Icon20Add } from "@vkontakte/icons";
import { useId } from "react";

interface NumberFieldProps {
  readonly label: string;
  readonly hint?: string;
  /** null: empty. */
  readonly value: number | null;
  readonly least: number;
  readonly most: number;
  readonly onChange: (value: number | null) => void;
  /** Names of the buttons beside it; none without them. */
  readonly steps?: { readonly less: string; readonly more: string };
  readonly testId?: string;
}

export function NumberField({ label, hint, value, least, most, onChange, steps, testId }: NumberFieldProps) {
  const id = useId();
  const within = (wanted: number) => Math.min(most, Math.max(least, Math.round(wanted)));
  const step = (by: number, name: string, icon: React.ReactNode) => (
    <button
      type="button"
      className="number__step"
      aria-label={name}
      aria-disabled={within((value ?? 0) + by) === value || undefined}
      onClick={() => onChange(within((value ?? 0) + by))}
    >
      {icon}
    </button>
  );
  return (
    <div className="number">
      <label htmlFor={id}>{label}</label>
      <div className="number__row">
        {steps && step(-1, steps.less, <span aria-hidden="true">−</span>)}
        <input
          id={id}
          className="input"
          type="number"
          inputMode="numeric"
          min={least}
          max={most}
          value={value ?? ""}
          aria-describedby={hint ? `${id}-hint` : undefined}
          data-testid={testId}
          onChange={(event) => onChange(event.target.value === "" ? null : within(Number(event.target.value)))}
        />
        {steps && step(1, steps.more, <Icon20Add />)}
      </div>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
