/** Fields of forms: a label, a hint, an error tied to the input, and inputs big enough for a thumb. */

import { FormItem, Input, type InputProps } from "@vkontakte/vkui";
import { useId, type ReactNode } from "react";

interface TextFieldProps extends Omit<InputProps, "onChange" | "value" | "defaultValue"> {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly error?: string | null | undefined;
  readonly "data-testid"?: string;
}

export function TextField({ label, value, onChange, hint, error, "data-testid": testId, ...rest }: TextFieldProps) {
  const id = useId();
  const note = error ?? hint;
  // The kit gives other attributes to the frame around the input, where nobody reads them out.
  const described = {
    "aria-invalid": Boolean(error),
    "aria-describedby": note ? `${id}-note` : undefined,
    "data-testid": testId,
  };
  return (
    <FormItem
      top={label}
      htmlFor={id}
      noPadding
      className="field"
      status={error ? "error" : "default"}
      bottom={note}
      bottomId={`${id}-note`}
    >
      <Input
        {...rest}
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        slotProps={{ input: described }}
      />
    </FormItem>
  );
}

interface ChoiceFieldProps<T extends string> {
  readonly label: string;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly value: T | null;
  readonly onChange: (value: T) => void;
  readonly error?: string | null | undefined;
}

/** One of few, all in sight. */
export function ChoiceField<T extends string>({ label, choices, value, onChange, error }: ChoiceFieldProps<T>) {
  const id = useId();
  return (
    <fieldset className="choices" {...(error ? { "aria-describedby": `${id}-note` } : {})}>
      <legend>{label}</legend>
      <div className="choices__row">
        {choices.map((choice) => (
          <label key={choice.value} className="choices__one">
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              aria-invalid={Boolean(error)}
              onChange={() => onChange(choice.value)}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
      {error && (
        <p className="choices__error" id={`${id}-note`}>
          {error}
        </p>
      )}
    </fieldset>
  );
}

interface TickFieldProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly error?: string | null | undefined;
  readonly children: ReactNode;
}

export function TickField({ checked, onChange, error, children }: TickFieldProps) {
  const id = useId();
  return (
    <div className="tick">
      <label className="tick__label">
        <input
          type="checkbox"
          checked={checked}
          aria-invalid={Boolean(error)}
          {...(error ? { "aria-describedby": id } : {})}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>{children}</span>
      </label>
      {error && (
        <p className="choices__error" id={id}>
          {error}
        </p>
      )}
    </div>
  );
}
