/** Rights as they are being changed: several switches in a row must not undo each other. */

import { useState } from "react";

import type { Rights } from "../protocol/classroom";
import type { Answer } from "./port";

/** The rights to show, and how to change one. What was asked for counts until the server tells the next state. */
export function useRights(told: Rights, send: (rights: Rights) => Promise<Answer>): [Rights, (right: keyof Rights, on: boolean) => void] {
  const [draft, setDraft] = useState<{ base: Rights; rights: Rights } | null>(null);
  const shown = draft?.base === told ? draft.rights : told;
  const change = (right: keyof Rights, on: boolean) => {
    const rights = { ...shown, [right]: on };
    setDraft({ base: told, rights });
    void send(rights).then(({ done }) => {
      if (!done) setDraft(null);
    });
  };
  return [shown, change];
}
