/** Turns the pages of a stage that holds more people than fit. */

import { Icon24ChevronLeftOutline, Icon24ChevronRightOutline } from "@vkontakte/icons";

import { words } from "../words";

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (page: number) => void;
  /** What the pages are pages of; participants, unless it is said otherwise. */
  readonly names?: Pick<typeof words.stage, "page" | "previous" | "next">;
}

export function Pager({ page, pages, onTurn, names = words.stage }: PagerProps) {
  const button = (to: number, label: string, icon: React.ReactNode) => (
    <button
      type="button"
      className="pager__button"
      aria-label={label}
      aria-disabled={to < 0 || to >= pages || undefined}
      onClick={() => {
        if (to >= 0 && to < pages) onTurn(to);
      }}
    >
      {icon}
    </button>
  );
  return (
    <div className="pager">
      {button(page - 1, names.previous, <Icon24ChevronLeftOutline />)}
      <span aria-hidden="true">
        {page + 1} / {pages}
      </span>
      <span className="for-ears" role="status">
        {names.page(page + 1, pages)}
      </span>
      {button(page + 1, names.next, <Icon24ChevronRightOutline />)}
    </div>
  );
}
