/** The browser tab's title while a page is shown. */

import { useEffect } from "react";

import { words } from "../words";

export function useTitle(title: string | null): void {
  useEffect(() => {
    document.title = title === null ? words.brand : words.pageTitle(title);
  }, [title]);
}
