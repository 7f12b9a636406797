/** One stay in a call with both its connections: the media's session and the class's. Whichever is over ends the other. */

import { ClassSession } from "../classroom/session";
import { opensRoom } from "../classroom/token";
import { wiresTo } from "../classroom/wire";
import { CallSession, type SessionSetup } from "../media/session";
import { classroom } from "../words/classroom";
import type { Stay } from "./visit";

/** Answers of the server are asked for once by all who wait for the same answer. */
function shared<T>(ask: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let asking: Promise<T> | null = null;
  return (signal) => {
    asking ??= ask(signal).finally(() => (asking = null));
    return asking;
  };
}

export function beginStay(setup: SessionSetup): Stay & { readonly port: CallSession } {
  const enter = shared(setup.enter);
  const klass = new ClassSession({
    open: wiresTo(setup.url),
    enter,
    refused: (why) => port.announce(classroom.refusal[why], true),
    clock: () => Date.now(),
  });
  const port: CallSession = new CallSession({
    ...setup,
    enter: async (signal) => {
      const token = await enter(signal);
      return opensRoom(token) ? token : klass.admitted(signal);
    },
  });
  const lost = () => klass.lost();
  window.addEventListener("offline", lost);
  void klass.run().then((ending) => port.end(ending));
  const over = port.run().then(() => {
    klass.close();
    window.removeEventListener("offline", lost);
  });
  return { port, klass, over };
}
