/** The person's own choice of layout for all components of the call. */

import { createContext, useContext } from "react";

import { useClassState } from "../classroom/context";
import { browserStorage } from "../media/choices";
import { Store, useStore } from "../media/store";
import { FIRST_CHOICE, loadLayout, saveLayout, type LayoutChoice } from "./layout";

export class LayoutStore extends Store<LayoutChoice> {
  /** Takes over some fields and keeps what is to be kept. */
  choose(fields: Partial<LayoutChoice>): void {
    this.patch(fields);
    saveLayout(browserStorage(), this.get());
  }
}

export function openLayout(): LayoutStore {
  return new LayoutStore(loadLayout(browserStorage()));
}

export const LayoutContext = createContext<LayoutStore>(new LayoutStore(FIRST_CHOICE));

export function useLayout(): LayoutStore {
  return useContext(LayoutContext);
}

export function useLayoutChoice<S>(select: (choice: LayoutChoice) => S): S {
  return useStore(useLayout(), select);
}

/** What the teacher set for everybody; null = nothing. */
export function useLead(): { readonly layout: "tiles" | "speaker" | "screen" | null; readonly pinned: string } | null {
  const call = useClassState((state) => state.call);
  return call && (call.layout !== null || call.pinned !== "") ? call : null;
}
