/** A window over the page; the browser keeps the focus inside and closes it with Escape. */

import { Icon24Cancel } from "@vkontakte/icons";
import { useEffect, useId, useRef, type ReactNode } from "react";

import { words } from "../words";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      onKeyDown={(event) => {
        // What stands behind must not close with it.
        if (event.key === "Escape") event.stopPropagation();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="dialog__top">
        <h2 id={id}>{title}</h2>
        <button type="button" className="dialog__close" aria-label={words.common.close} onClick={onClose}>
          <Icon24Cancel />
        </button>
      </div>
      {children}
    </dialog>
  );
}
