/** A small window at its button: a menu of acts, or a short form. Escape and a press elsewhere close it. */

import { useEffect, useId, useRef, useState, type ReactNode } from "react";

import { Press, type PressProps } from "./press";

interface PopProps {
  /** What stands on the button. */
  readonly label: ReactNode;
  /** The button's name where `label` is an icon only. */
  readonly name?: string;
  readonly icon?: ReactNode;
  readonly look?: PressProps["look"];
  readonly testId?: string;
  /** The window's content; `close` ends it and gives the focus back to the button. */
  readonly children: (close: () => void) => ReactNode;
}

export function Pop({ label, name, icon, look = "plain", testId, children }: PopProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => setOpen(false);
  useEffect(() => {
    if (!open) return;
    const opener = button.current;
    root.current?.querySelector<HTMLElement>(".pop__body :is(input, textarea, button, select)")?.focus();
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      if (document.activeElement === document.body) opener?.focus();
    };
  }, [open]);
  return (
    <div
      className="pop"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <Press
        ref={button}
        look={look}
        icon={icon}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={name}
        title={name}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {label}
      </Press>
      {open && (
        <div className="pop__body" id={id}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
