/** Who waits in the lobby, for moderators. */

import { Button } from "@vkontakte/vkui";

import { Avatar } from "../parts/avatar";
import { words } from "../words";
import { classroom } from "../words/classroom";
import { useClass } from "./context";
import type { Row } from "./roster";

const { people: say } = classroom;

export function LobbyList({ waiting }: { readonly waiting: readonly Row[] }) {
  const klass = useClass();
  if (waiting.length === 0) return null;
  return (
    <section className="lobby-list" aria-label={say.waiting(waiting.length)} data-testid="lobby-list">
      <header className="lobby-list__top">
        <h3 className="people__heading">{say.waiting(waiting.length)}</h3>
        {waiting.length > 1 && (
          <Button size="s" onClick={() => void klass.ask({ do: "admit_all" })} data-testid="admit-all">
            {say.admitAll}
          </Button>
        )}
      </header>
      <ul className="people">
        {waiting.map(({ identity, name, role }) => (
          <li key={identity} className="lobby-list__one" data-identity={identity}>
            <div className="people__row">
              <Avatar identity={identity} name={name} />
              <div className="people__who">
                <span className="people__name">{name}</span>
                <span className="people__role">{role && words.role[role]}</span>
              </div>
            </div>
            <div className="lobby-list__buttons">
              <Button
                size="s"
                aria-label={say.admitOne(name)}
                data-testid="admit"
                onClick={() => void klass.ask({ do: "admit", identity })}
              >
                {say.admit}
              </Button>
              <Button
                size="s"
                mode="secondary"
                aria-label={say.refuseOne(name)}
                data-testid="refuse"
                onClick={() => void klass.ask({ do: "refuse", identity })}
              >
                {say.refuse}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
