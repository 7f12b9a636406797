/** A panel beside the stage; over it on phones. */

import { Icon24Cancel } from "@vkontakte/icons";
import { useEffect, useId, useRef, type ReactNode, type Ref } from "react";

import { words } from "../words";

interface PanelProps {
  readonly title: string;
  readonly testId: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Stands below what scrolls. */
  readonly footer?: ReactNode;
  /** The element that scrolls. */
  readonly body?: Ref<HTMLDivElement>;
  readonly onScroll?: (body: HTMLDivElement) => void;
}

export function Panel({ title, testId, onClose, children, footer, body, onScroll }: PanelProps) {
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    panel.current?.focus();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <aside
      ref={panel}
      className="panel"
      aria-labelledby={id}
      data-testid={testId}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header className="panel__top">
        <h2 id={id}>{title}</h2>
        <button type="button" className="panel__close" aria-label={words.common.close} onClick={onClose}>
          <Icon24Cancel />
        </button>
      </header>
      <div
        ref={body}
        className="panel__body"
        tabIndex={0}
        role="group"
        aria-labelledby={id}
        onScroll={(event) => onScroll?.(event.currentTarget)}
      >
        {children}
      </div>
      {footer && <footer className="panel__foot">{footer}</footer>}
    </aside>
  );
}
