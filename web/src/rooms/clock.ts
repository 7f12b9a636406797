/** Time in rooms: the server's clock, counted down on the page. */

import { useEffect, useState } from "react";

import { useClassState } from "../classroom/context";

const TICK = 1000; // milliseconds

/** Whole seconds from `now` (milliseconds of this browser) to a moment of the server, never below 0. */
export function secondsTo(moment: number, now: number, clockOffset: number): number {
  return Math.max(0, Math.ceil(moment - (now + clockOffset) / 1000));
}

/** Whole seconds since a moment of the server. */
export function secondsSince(moment: number, now: number, clockOffset: number): number {
  return Math.max(0, Math.floor((now + clockOffset) / 1000 - moment));
}

/** This browser's time, every second while `running`. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, TICK);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

/** Seconds until the rooms close; null without a timer. */
export function useTimeLeft(): number | null {
  const endsAt = useClassState((state) => state.rooms?.ends_at ?? null);
  const offset = useClassState((state) => state.clockOffset);
  const now = useNow(endsAt !== null);
  return endsAt === null ? null : secondsTo(endsAt, now, offset);
}
