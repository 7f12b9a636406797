/** The frame of a school's pages: its name and its sections. */

import type { ReactNode } from "react";

import { Sheet } from "../parts/sheet";
import { TopMenu } from "../parts/top-menu";
import { school as say } from "../words/school";

export type Section = "overview" | "people" | "audit";

const SECTIONS: readonly { readonly section: Section; readonly path: string }[] = [
  { section: "overview", path: "" },
  { section: "people", path: "/people" },
  { section: "audit", path: "/audit" },
];

interface SchoolFrameProps {
  readonly school: string;
  readonly section: Section;
  readonly title: string;
  readonly children: ReactNode;
}

export function SchoolFrame({ school, section, title, children }: SchoolFrameProps) {
  return (
    <Sheet aside={<TopMenu />} testId={`school-${section}`}>
      <nav className="sections" aria-label={say.school.title}>
        {SECTIONS.map((one) => (
          <a
            key={one.section}
            className="sections__one"
            href={`/school/${encodeURIComponent(school)}${one.path}`}
            aria-current={one.section === section ? "page" : undefined}
          >
            {say.school[one.section]}
          </a>
        ))}
      </nav>
      <h1 className="sheet__title">{title}</h1>
      {children}
    </Sheet>
  );
}
