/** One of a few: a label, a list, and what it means. */

import { FormItem, NativeSelect } from "@vkontakte/vkui";
import { useId } from "react";

interface ChoiceFieldProps<T extends string> {
  readonly label: string;
  readonly note?: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  readonly onChoose: (value: T) => void;
}

export function ChoiceField<T extends string>({ label, note, options, value, onChoose }: ChoiceFieldProps<T>) {
  const id = useId();
  const choose = (wanted: string) => {
    const option = options.find((one) => one.value === wanted);
    if (option) onChoose(option.value);
  };
  return (
    <FormItem top={label} htmlFor={id} noPadding>
      <NativeSelect
        id={id}
        value={value}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={(event) => choose(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </NativeSelect>
      {note !== undefined && (
        <small id={`${id}-note`} className="switch-row__hint">
          {note}
        </small>
      )}
    </FormItem>
  );
}
