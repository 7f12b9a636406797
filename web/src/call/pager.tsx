/** Turns the pages of a stage that holds more people than fit. */

import { Icon24ChevronLeftOutline, Icon24ChevronRightOutline } from "@vkontakte/icons";

import { words } from "../words";

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (page: number) => void;
}

export function Pager({ page, pages, onTurn }: PagerProps) {
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
      {button(page - 1, words.stage.previous, <Icon24ChevronLeftOutline />)}
      <span aria-hidden="true">
        {page + 1} / {pages}
      </span>
      <span className="for-ears" role="status">
        {words.stage.page(page + 1, pages)}
      </span>
      {button(page + 1, words.stage.next, <Icon24ChevronRightOutline />)}
    </div>
  );
}
