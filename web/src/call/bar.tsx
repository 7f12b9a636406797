/** The bar: every button with icon, words and tooltip; on phones the lesser ones stand behind «Ещё». */

import { Icon20SmileOutline, Icon28MoreHorizontal } from "@vkontakte/icons";
import { useEffect, useRef, useState } from "react";

import { words } from "../words";
import { classroom } from "../words/classroom";
import { BarIcon } from "./bar-icons";
import type { BarItem, BarKey } from "./bar-items";

interface BarProps {
  readonly items: readonly BarItem[];
  readonly onPress: (key: BarKey) => void;
  readonly reacting: boolean;
  readonly onReact: () => void;
}

export function Bar({ items, onPress, reacting, onReact }: BarProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      more.current?.focus();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("keydown", escape);
    };
  }, [open]);
  const press = (item: BarItem) => {
    setOpen(false);
    onPress(item.key);
  };
  return (
    <nav className="bar" aria-label={words.bar.label} ref={root} data-open={open} data-count={items.length}>
      {items.map((item) =>
        item.key === "hand" ? (
          <div key={item.key} className="bar__pair" data-essential={item.essential}>
            <BarButton item={item} onPress={() => press(item)} />
            <button
              type="button"
              className="bar__extra"
              aria-label={classroom.bar.reactions}
              aria-expanded={reacting}
              aria-keyshortcuts="R"
              title={`${classroom.bar.reactions} (R)`}
              data-testid="reactions-open"
              onClick={() => {
                setOpen(false);
                onReact();
              }}
            >
              <Icon20SmileOutline />
            </button>
          </div>
        ) : (
          <BarButton key={item.key} item={item} onPress={() => press(item)} />
        ),
      )}
      <button
        ref={more}
        type="button"
        className="bar__button bar__more"
        aria-expanded={open}
        data-testid="bar-more"
        onClick={() => setOpen(!open)}
      >
        <span className="bar__icon" aria-hidden="true">
          <Icon28MoreHorizontal />
        </span>
        <span className="bar__label">{open ? words.bar.less : words.bar.more}</span>
      </button>
    </nav>
  );
}

function BarButton({ item, onPress }: { readonly item: BarItem; readonly onPress: () => void }) {
  const { key, label, hint, detail, on, refusal, pending, badge, shortcut, essential } = item;
  return (
    <button
      type="button"
      className="bar__button"
      data-key={key}
      data-testid={`bar-${key}`}
      data-essential={essential}
      data-on={on ?? undefined}
      // The explanation is part of the name: a tooltip alone reaches neither touch nor screen readers.
      aria-label={detail === "" ? label : `${label}: ${detail}`}
      aria-keyshortcuts={shortcut || undefined}
      aria-pressed={on ?? undefined}
      aria-disabled={refusal !== null || undefined}
      aria-busy={pending || undefined}
      data-plain={hint === label && shortcut === ""}
      onClick={onPress}
    >
      <span className="bar__icon" aria-hidden="true">
        <BarIcon name={key} on={on} />
        {/* Drawn by the style: as text it would have to be part of the button's name. */}
        {badge !== "" && <span className="bar__badge" data-badge={badge} data-testid={`badge-${key}`} />}
      </span>
      <span className="bar__label" aria-hidden="true">
        {label}
      </span>
      {/* Drawn by the style as well: a tooltip is no part of the name. */}
      <span className="bar__tip" aria-hidden="true" data-tip={hint}>
        {shortcut !== "" && <kbd className="bar__key" data-shortcut={shortcut} />}
      </span>
    </button>
  );
}
