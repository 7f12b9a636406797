/** The call for all components inside it. */

import { createContext, useContext } from "react";

import { useStore } from "../media/store";
import type { CallPort, CallState } from "./port";

export const CallContext = createContext<CallPort | null>(null);

export function useCall(): CallPort {
  const port = useContext(CallContext);
  if (!port) throw new Error("useCall needs a CallContext around it");
  return port;
}

export function useCallState<S>(select: (state: CallState) => S): S {
  return useStore(useCall().state, select);
}
