/** The list of keys, and the switch for those whom they hinder. */

import { useStore } from "../media/store";
import { Dialog } from "../parts/dialog";
import { classroom } from "../words/classroom";
import { keysOn, setKeys } from "./keys";
import { SwitchRow } from "./switch-row";

const { shortcuts: say } = classroom;

const LIST: readonly (readonly [string, string])[] = [
  ["M", say.microphone],
  [say.space, say.talk],
  ["V", say.camera],
  ["H", say.hand],
  ["R", say.reactions],
  ["S", say.screen],
  ["C", say.chat],
  ["P", say.participants],
  ["L", say.layout],
  ["Esc", say.close],
  ["?", say.help],
];

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const on = useStore(keysOn, (value) => value);
  return (
    <Dialog title={say.title} onClose={onClose}>
      <SwitchRow title={say.use} hint={say.hint} on={on} onChange={setKeys} />
      <dl className="keys" data-testid="keys">
        {LIST.map(([key, what]) => (
          <div key={key} className="keys__row">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
