/** Time that runs out. */

import { useEffect, useState } from "react";

const TICK = 1000; // milliseconds

/** Whole seconds from `now` (milliseconds) until an RFC 3339 moment, never below 0. */
export function remaining(moment: string | null, now: number): number {
  const end = moment === null ? Number.NaN : Date.parse(moment);
  return Number.isNaN(end) ? 0 : Math.max(0, Math.ceil((end - now) / 1000));
}

/** Seconds left, counted down on the page. */
export function useRemaining(moment: string | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(timer);
  }, []);
  return remaining(moment, now);
}

/** «1:05» */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
