/** How long to wait before asking again. */

const FIRST = 700;
const LONGEST = 8000;

/** Milliseconds before attempt number `attempt` (0, 1, …): doubling, with `dice` in 0..1 spreading a class of 30. */
export function delayOf(attempt: number, dice: number): number {
  const base = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 10));
  return Math.round(base * (0.5 + dice / 2));
}

/** Resolves after `ms`; rejects at once when `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
