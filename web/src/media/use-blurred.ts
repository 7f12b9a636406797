/** A camera's picture as others will see it: blurred while that is wanted, plain until the blur works. */

import { useEffect, useState } from "react";

import { openBlur, type BlurFault } from "./blur";

/** `failed` is called when the blur cannot start or stops working; it must be the same function every time. */
export function useBlurred(
  track: MediaStreamTrack | null,
  on: boolean,
  failed: (fault: BlurFault) => void,
): MediaStreamTrack | null {
  const [blurred, setBlurred] = useState<MediaStreamTrack | null>(null);
  useEffect(() => {
    if (!track || !on) return;
    const end = new AbortController();
    const begin = async () => {
      const camera = await openBlur(failed);
      if (end.signal.aborted) return;
      await camera.init({ track });
      end.signal.addEventListener("abort", () => void camera.destroy());
      setBlurred(camera.processedTrack ?? null);
    };
    begin().catch(() => failed("broken"));
    return () => {
      end.abort();
      setBlurred(null);
    };
  }, [track, on, failed]);
  return blurred ?? track;
}
