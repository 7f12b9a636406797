/** Buttons of the rooms: big enough for a finger, with words, and switches that say so. */

import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

export interface PressProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type" | "children" | "className"> {
  readonly children: ReactNode;
  readonly look?: "main" | "plain" | "quiet" | "danger";
  readonly icon?: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Press({ look = "plain", icon, children, ...rest }: PressProps) {
  return (
    <button type="button" className={`press press_${look}`} {...rest}>
      {icon && (
        <span className="press__icon" aria-hidden="true">
          {icon}
        </span>
      )}
      <span>{children}</span>
    </button>
  );
}
