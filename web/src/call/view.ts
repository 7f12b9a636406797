/** What of the call's page is open at the moment; every component of the call may change it. */

import { createContext, useContext } from "react";

export type Panel = "participants" | "rights" | "rooms" | "wall" | "chat" | "layout" | "settings";

export interface CallView {
  readonly panel: Panel | null;
  /** Opens a panel in place of the one that is open; null closes. */
  readonly open: (panel: Panel | null) => void;
  /** The call is shown small, so that other pages and programs can be used beside it. */
  readonly minimized: boolean;
  readonly setMinimized: (minimized: boolean) => void;
}

export const ViewContext = createContext<CallView | null>(null);

export function useView(): CallView {
  const view = useContext(ViewContext);
  if (!view) throw new Error("useView needs a ViewContext around it");
  return view;
}
