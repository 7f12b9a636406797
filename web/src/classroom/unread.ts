/** How many chat messages came that the person has not seen. */

import { useState } from "react";

import { useClassState } from "./context";

/** Messages of others since the page opened the call that came while the chat was closed. */
export function useUnread(open: boolean): number {
  const messages = useClassState((state) => state.messages);
  const own = useClassState((state) => state.you?.identity);
  const offset = useClassState((state) => state.clockOffset);
  const [since] = useState(() => Date.now());
  const [read, setRead] = useState(0);
  const last = messages.at(-1)?.id ?? 0;
  // Setting state while rendering is React's way to follow what is shown.
  if (open && read !== last) setRead(last);
  if (open) return 0;
  return messages.filter(({ id, at, identity }) => id > read && identity !== own && at * 1000 > since + offset).length;
}
