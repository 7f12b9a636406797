/** The bar of the call at this moment, and what its buttons do. */

import { useMemo } from "react";

import { useClass, useClassState } from "../classroom/context";
import { useUnread } from "../classroom/unread";
import { canShareScreen } from "../media/devices";
import type { Call } from "../protocol/calls";
import { barItems, type BarClass, type BarItem, type BarKey } from "./bar-items";
import { useCall, useCallState } from "./context";
import type { Source } from "./port";
import { useView } from "./view";

export interface BarControl {
  readonly items: readonly BarItem[];
  readonly press: (key: BarKey) => void;
}

export function useBar(call: Call, onLeave: () => void): BarControl {
  const port = useCall();
  const klass = useClass();
  const view = useView();
  const { panel } = view;
  const on = useOwnSources();
  const may = useCallState((state) => state.may);
  const pending = useCallState((state) => state.pending);
  const teacher = call.person.role === "teacher" || call.administrator;
  const classroom = useBarClass(panel === "chat");
  const items = useMemo(
    () => barItems({ state: { may, pending }, on, panel, teacher, canShareScreen: canShareScreen(), classroom }),
    [may, pending, on, panel, teacher, classroom],
  );
  const press = (key: BarKey) => {
    const item = items.find((other) => other.key === key);
    if (!item) return;
    if (item.refusal !== null) {
      port.announce(item.refusal, true);
      return;
    }
    switch (key) {
      case "leave":
        onLeave();
        break;
      case "hand":
        void klass.ask({ do: item.on ? "lower_hand" : "raise_hand" });
        break;
      case "camera":
      case "microphone":
      case "screen":
        void port.turn(key, !on[key]);
        break;
      case "minimize":
        view.setMinimized(true);
        break;
      case "maximize":
        if (view.minimized) view.setMinimized(false);
        else toggleFullScreen();
        break;
      case "chat":
      case "participants":
      case "layout":
      case "settings":
        view.open(item.on ? null : key);
    }
  };
  return { items, press };
}

/** A browser that has no full screen, or refuses it, leaves the page as it is. */
function toggleFullScreen(): void {
  const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  done.catch(() => undefined);
}

/** What the person at this page sends now. */
function useOwnSources(): Record<Source, boolean> {
  const camera = useCallState((state) => state.people.find((person) => person.own)?.camera ?? false);
  const microphone = useCallState((state) => state.people.find((person) => person.own)?.microphone ?? false);
  const screen = useCallState((state) => state.people.find((person) => person.own)?.screen ?? false);
  return useMemo(() => ({ camera, microphone, screen }), [camera, microphone, screen]);
}

function useBarClass(chatOpen: boolean): BarClass {
  const rights = useClassState((state) => state.you?.rights ?? null);
  const mayUnmute = useClassState((state) => state.you?.may_unmute ?? false);
  const moderator = useClassState((state) => state.you?.moderator ?? false);
  const place = useClassState(({ hands, you }) => hands.findIndex(({ identity }) => identity === you?.identity) + 1);
  const raised = useClassState((state) => state.hands.length);
  const waiting = useClassState((state) => state.people.filter(({ standing }) => standing === "lobby").length);
  const unread = useUnread(chatOpen);
  return useMemo(
    () => ({ rights, mayUnmute, moderator, place, hands: place > 0 ? raised - 1 : raised, waiting, unread }),
    [rights, mayUnmute, moderator, place, raised, waiting, unread],
  );
}
