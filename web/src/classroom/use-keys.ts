/** Listens to the keys of the call while it is open. */

import { useEffect, useRef } from "react";

import { useCall } from "../call/context";
import { deedOf, keysOn, type Deed } from "./keys";

/** `act` is told every deed but talking; `mayTalk` says whether Space may switch the microphone on. */
export function useKeys(act: (deed: Exclude<Deed, "talk">) => void, mayTalk: boolean): void {
  const port = useCall();
  const latest = useRef({ act, mayTalk });
  useEffect(() => {
    latest.current = { act, mayTalk };
  });
  useEffect(() => {
    let held = false;
    let talking: Promise<void> | null = null;
    const silence = () => {
      if (!held) return;
      held = false;
      // Switched off after it is on: a press shorter than that must not leave it open.
      void talking?.then(() => port.turn("microphone", false));
      talking = null;
    };
    const down = (event: KeyboardEvent) => {
      if (!keysOn.get()) return;
      const deed = deedOf(event);
      if (deed === null) return;
      if (deed !== "talk") {
        if (!event.repeat) latest.current.act(deed);
        return;
      }
      event.preventDefault();
      if (held || !latest.current.mayTalk) return;
      held = true;
      talking = port.turn("microphone", true);
    };
    const up = (event: KeyboardEvent) => {
      if (event.code !== "Space" || !held) return;
      event.preventDefault();
      silence();
    };
    document.addEventListener("keydown", down);
    document.addEventListener("keyup", up);
    window.addEventListener("blur", silence);
    return () => {
      silence();
      document.removeEventListener("keydown", down);
      document.removeEventListener("keyup", up);
      window.removeEventListener("blur", silence);
    };
  }, [port]);
}
