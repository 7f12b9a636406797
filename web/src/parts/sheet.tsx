/** The frame of the pages around a profile: brand, sections, and the content. */

import type { ReactNode } from "react";

import { account } from "../words/account";
import { Brand } from "./brand";

interface SheetProps {
  readonly children: ReactNode;
  /** At the right of the top. */
  readonly aside?: ReactNode;
  /** One narrow column, as for a form. */
  readonly narrow?: boolean;
  readonly testId?: string;
}

export function Sheet({ children, aside, narrow = false, testId }: SheetProps) {
  return (
    <div className="sheet">
      <a className="sheet__skip" href="#content">
        {account.common.skip}
      </a>
      <header className="sheet__top">
        <a className="sheet__brand" href="/">
          <Brand />
        </a>
        {aside}
      </header>
      <main id="content" className={`sheet__body${narrow ? " sheet__body_narrow" : ""}`} data-testid={testId} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
