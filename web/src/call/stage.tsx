/**
 * The stage: tiles alike, or one large picture with tiles aside. What has no element here is not received: the client
 * library asks the server for the pictures that are shown, in the size in which they are shown, and for no others.
 */

import { Icon28ScreencastOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import { useMemo, useRef, useState } from "react";

import { words } from "../words";
import { stageWords } from "../words/stage";
import { useCall, useCallState } from "./context";
import { GAP, gridOf } from "./grid";
import { compose, speakerOf, type Composition, type Large } from "./layout";
import { useLayout, useLayoutChoice, useLead } from "./layout-context";
import { Pager } from "./pager";
import type { Person } from "./port";
import { ScreenHintChoice } from "./settings/screen-hint-choice";
import { ScreenTile } from "./screen-tile";
import { LargeTile, ScreenInGrid, Tile } from "./tile";
import { useOrder } from "./use-order";
import { useSize } from "./use-size";

export function Stage() {
  const everybody = useCallState((state) => state.people);
  const hideOwn = useCallState((state) => state.preferences.hideOwn);
  const people = useMemo(() => withoutOwn(everybody, hideOwn), [everybody, hideOwn]);
  const [screen, setScreen] = useState("");
  const layout = useLayout();
  const scene = useComposition(people, screen);
  const enlarge = (identity: string) => {
    setScreen(identity);
    layout.choose({ layout: "screen", ...(scene.led ? { follow: false } : {}) });
  };
  const sharing = everybody.some((person) => person.own && person.screen);
  return (
    <>
      {sharing && <OwnScreen />}
      {scene.led && (
        <p className="stage__led" role="status">
          {stageWords.layout.led}
        </p>
      )}
      <div className="stage" data-large={scene.large?.picture} data-testid="stage">
        {scene.large && <LargePicture large={scene.large} people={people} onChoose={setScreen} />}
        <Grid people={scene.tiles} screens={scene.screens} onScreen={enlarge} />
        {scene.kept && (
          <div className="stage__kept" role="region" aria-label={stageWords.tile.kept(scene.kept.name)}>
            <LargeTile person={scene.kept} />
          </div>
        )}
      </div>
    </>
  );
}

/** The people to show to somebody who may not want to see themselves; alone there is nobody else to show. */
function withoutOwn(people: readonly Person[], hide: boolean): readonly Person[] {
  return hide && people.length > 1 ? people.filter((person) => !person.own) : people;
}

function useComposition(people: readonly Person[], screen: string): Composition {
  const choice = useLayoutChoice((all) => all);
  const lead = useLead();
  const [previous, setSpeaker] = useState("");
  const speaker = speakerOf(people, previous);
  // Setting state while rendering is React's way to keep something of the render before.
  if (speaker !== previous) setSpeaker(speaker);
  return compose({ people, choice, lead, screen, speaker });
}

interface LargePictureProps {
  readonly large: Large;
  readonly people: readonly Person[];
  readonly onChoose: (identity: string) => void;
}

function LargePicture({ large, people, onChoose }: LargePictureProps) {
  if (large.picture === "camera") return <LargeTile person={large.person} />;
  const screens = people.filter((person) => person.screen && !person.own);
  return <ScreenTile person={large.person} others={screens} onChoose={onChoose} />;
}

interface GridProps {
  readonly people: readonly Person[];
  readonly screens: readonly Person[];
  readonly onScreen: (identity: string) => void;
}

function Grid({ people, screens, onScreen }: GridProps) {
  const area = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(area);
  const grid = gridOf(people.length + screens.length, width, height);
  const perPage = Math.max(1, grid.perPage - screens.length);
  const order = useOrder(people, perPage);
  const [wanted, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(order.length / perPage));
  const page = Math.min(wanted, pages - 1);
  const shown = order.slice(page * perPage, (page + 1) * perPage);
  const alone = people.length === 1 && people[0]?.own === true;
  return (
    <section className="tiles" aria-label={words.stage.label}>
      <div className="tiles__area" ref={area}>
        {width > 0 && (
          <ul className="tiles__list" style={{ gap: GAP }}>
            {screens.map((person) => (
              <ScreenInGrid
                key={`${person.identity} screen`}
                person={person}
                style={sizeOf(grid.tileWidth, grid.tileHeight)}
                onLarge={() => onScreen(person.identity)}
              />
            ))}
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
      {pages > 1 && <Pager page={page} pages={pages} onTurn={setPage} />}
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
      <ScreenHintChoice />
      <Button size="m" appearance="negative" onClick={() => void port.turn("screen", false)}>
        {words.stage.stopScreen}
      </Button>
    </div>
  );
}
