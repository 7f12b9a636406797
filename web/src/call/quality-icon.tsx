/** The connection of a participant as bars, with the words for it. */

import { words } from "../words";
import type { Quality } from "./port";

const BARS: Readonly<Record<Quality, number>> = { excellent: 3, good: 2, poor: 1, lost: 0, unknown: 0 };

export function QualityIcon({ quality }: { readonly quality: Quality }) {
  const text = words.stage.quality[quality];
  return (
    <span className="quality" role="img" aria-label={text} title={text} data-quality={quality}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        {[0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={1 + bar * 5}
            y={10 - bar * 4}
            width="4"
            height={5 + bar * 4}
            rx="1"
            opacity={bar < BARS[quality] ? 1 : 0.35}
          />
        ))}
        {quality === "lost" && <path d="M2 2l12 12" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />}
      </svg>
    </span>
  );
}
