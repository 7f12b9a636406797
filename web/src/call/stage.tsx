/** The stage: a grid of tiles, or a shared screen with tiles aside. */

import { Icon28ScreencastOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import { useRef, useState } from "react";

import { words } from "../words";
import { useCall, useCallState } from "./context";
import { GAP, gridOf } from "./grid";
import { Pager } from "./pager";
import type { Person } from "./port";
import { ScreenTile } from "./screen-tile";
import { Tile } from "./tile";
import { useOrder } from "./use-order";
import { useSize } from "./use-size";

export function Stage() {
  const people = useCallState((state) => state.people);
  const screens = people.filter((person) => person.screen && !person.own);
  const [chosen, setChosen] = useState<string | null>(null);
  const large = screens.find((person) => person.identity === chosen) ?? screens.at(-1);
  const sharing = people.some((person) => person.own && person.screen);
  return (
    <>
      {sharing && <OwnScreen />}
      <div className="stage" data-screen={large !== undefined}>
        {large && <ScreenTile person={large} others={screens} onChoose={setChosen} />}
        <Grid people={people} />
      </div>
    </>
  );
}

function Grid({ people }: { readonly people: readonly Person[] }) {
  const area = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(area);
  const grid = gridOf(people.length, width, height);
  const order = useOrder(people, grid.perPage);
  const [wanted, setPage] = useState(0);
  const page = Math.min(wanted, grid.pages - 1);
  const shown = order.slice(page * grid.perPage, (page + 1) * grid.perPage);
  const alone = people.length === 1;
  return (
    <section className="tiles" aria-label={words.stage.label}>
      <div className="tiles__area" ref={area}>
        {width > 0 && (
          <ul className="tiles__list" style={{ gap: GAP }}>
            {shown.map((person) => (
              <Tile key={person.identity} person={person} style={sizeOf(grid.tileWidth, grid.tileHeight)} />
            ))}
          </ul>
        )}
        {alone && (
          <p className="tiles__alone">
            <b>{words.stage.alone}</b> {words.stage.aloneHint}
          </p>
        )}
      </div>
      {grid.pages > 1 && <Pager page={page} pages={grid.pages} onTurn={setPage} />}
    </section>
  );
}

/** One object per size, so that tiles of an unchanged size do not render again. */
let lastSize = { width: 0, height: 0 };
function sizeOf(width: number, height: number): { width: number; height: number } {
  if (lastSize.width !== width || lastSize.height !== height) lastSize = { width, height };
  return lastSize;
}

function OwnScreen() {
  const port = useCall();
  return (
    <div className="own-screen" data-testid="own-screen">
      <Icon28ScreencastOutline aria-hidden="true" />
      <p>
        <b>{words.stage.yourScreen}</b> <span className="own-screen__hint">{words.stage.yourScreenHint}</span>
      </p>
      <Button size="m" appearance="negative" onClick={() => void port.turn("screen", false)}>
        {words.stage.stopScreen}
      </Button>
    </div>
  );
}
