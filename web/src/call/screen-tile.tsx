/** A shared screen, as large as it gets; several can be chosen between. */

import { Icon16Pause } from "@vkontakte/icons";

import { words } from "../words";
import type { Person } from "./port";
import { PersonVideo } from "./tile";

interface ScreenTileProps {
  readonly person: Person;
  readonly others: readonly Person[];
  readonly onChoose: (identity: string) => void;
}

export function ScreenTile({ person, others, onChoose }: ScreenTileProps) {
  return (
    <section
      className="screen"
      aria-label={words.stage.screenOf(person.name)}
      data-testid="screen-tile"
      data-identity={person.identity}
    >
      <PersonVideo person={person} picture="screen" />
      {person.screenKey === "" && (
        <p className="screen__wait">
          <Icon16Pause aria-hidden="true" /> {words.common.loading}
        </p>
      )}
      {others.length > 1 ? (
        <div className="screen__choice">
          {others.map((other) => (
            <button
              key={other.identity}
              type="button"
              aria-pressed={other.identity === person.identity}
              onClick={() => onChoose(other.identity)}
            >
              {words.stage.screenOf(other.name)}
            </button>
          ))}
        </div>
      ) : (
        <p className="screen__name">{words.stage.screenOf(person.name)}</p>
      )}
    </section>
  );
}
