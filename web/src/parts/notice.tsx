/** A quiet page with one message: an icon, a title, what to do, and at most a few buttons. */

import type { ReactNode } from "react";

import { Brand } from "./brand";

interface NoticeProps {
  readonly icon: ReactNode;
  readonly tone?: "calm" | "warm" | "alert";
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
  readonly testId?: string;
}

export function Notice({ icon, tone = "calm", title, text, children, testId }: NoticeProps) {
  return (
    <div className="quiet">
      <header>
        <Brand />
      </header>
      <main className="quiet__card" data-testid={testId}>
        <div className={`quiet__icon quiet__icon_${tone}`} aria-hidden="true">
          {icon}
        </div>
        <h1 className="quiet__title">{title}</h1>
        <p className="quiet__text">{text}</p>
        {children}
      </main>
    </div>
  );
}
