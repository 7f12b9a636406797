/** The class for all components inside it. */

import { createContext, useContext } from "react";

import { useStore } from "../media/store";
import type { ClassPort, ClassState } from "./port";

export const ClassContext = createContext<ClassPort | null>(null);

export function useClass(): ClassPort {
  const port = useContext(ClassContext);
  if (!port) throw new Error("useClass needs a ClassContext around it");
  return port;
}

export function useClassState<S>(select: (state: ClassState) => S): S {
  return useStore(useClass().state, select);
}
