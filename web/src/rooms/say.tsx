/** What the rooms' own screens say to those who listen; the call's region may be covered or not there. */

import { createContext, useCallback, useContext, useState, type ReactNode } from "react";

const Say = createContext<(text: string) => void>(() => undefined);

/** Says a sentence: read out, and shown at the screen's foot until the next one. */
export function useSay(): (text: string) => void {
  return useContext(Say);
}

export function Saying({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState({ text: "", turn: 0 });
  const say = useCallback((text: string) => setSaid(({ turn }) => ({ text, turn: turn + 1 })), []);
  return (
    <Say value={say}>
      {children}
      <div className="rooms__said" role="status" data-testid="rooms-said">
        {said.text && <p key={said.turn}>{said.text}</p>}
      </div>
    </Say>
  );
}
