/** Joins a visit with the real server, the real LiveKit client and the browser's storage. */

import { browserStorage, loadChoices, saveChoices, type Choices } from "../media/choices";
import type { Device } from "../media/faults";
import { loadLiveKit } from "../media/livekit";
import type { CallSession } from "../media/session";
import { enterCall, getCall, onePerson } from "../protocol/calls";
import { beginStay } from "./stay";
import { Visit } from "./visit";

export type Wishes = Record<Device, boolean>;

export const currentChoices = (): Choices => loadChoices(browserStorage());
export const keepChoices = (choices: Choices): void => saveChoices(browserStorage(), choices);

/** Fetches the call's code while the person looks at the pages before it. */
export function preloadCall(): void {
  // Joining will try again and tell.
  loadLiveKit().catch(() => undefined);
}

function serverUrl(): string {
  return window.location.origin.replace(/^http/, "ws");
}

export function visitOf(id: string, search: string): { visit: Visit; wishes: Wishes } {
  const wishes: Wishes = { camera: currentChoices().camera, microphone: currentChoices().microphone };
  const same = onePerson();
  const visit = new Visit({
    ask: async (signal) => same(await getCall(id, signal)),
    stay: async (handover) => {
      const stay = beginStay({
        livekit: await loadLiveKit(),
        url: serverUrl(),
        enter: async (signal) => {
          const { token, call } = await enterCall(id, signal);
          same(call);
          return token;
        },
        choices: currentChoices,
        keepChoices,
        handover,
        wanted: wishes,
      });
      exposeForTests(stay.port, search);
      return stay;
    },
  });
  return { visit, wishes };
}

/** With `?test=1` browser tests reach the room as `window.__zvonok.room`. */
function exposeForTests(session: CallSession, search: string): void {
  if (new URLSearchParams(search).get("test") !== "1") return;
  Object.assign(window, { __zvonok: { room: session.room } });
}
