/** What the call tells a person: read out for everybody who listens, and short notes above the bar. */

import { useEffect, useState } from "react";

import { useCallState } from "./context";

/** How long a note stays, milliseconds: long enough to read two lines twice. */
const NOTE_TIME = 6000;

export function LiveRegion() {
  const log = useCallState((state) => state.log);
  return (
    <div className="for-ears" role="log" aria-live="polite" data-testid="live-region">
      {log.map((entry) => (
        <p key={entry.id}>{entry.text}</p>
      ))}
    </div>
  );
}

export function Note() {
  const latest = useCallState((state) => state.log.findLast((entry) => entry.note));
  const [gone, setGone] = useState(0);
  const id = latest?.id ?? 0;
  useEffect(() => {
    const timer = setTimeout(() => setGone(id), NOTE_TIME);
    return () => clearTimeout(timer);
  }, [id]);
  if (!latest || gone === id) return null;
  // The live region reads it out.
  return (
    <p className="note" key={id} aria-hidden="true" data-testid="note">
      {latest.text}
    </p>
  );
}
