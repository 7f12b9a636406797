/** How many rooms, and who goes where: by hand, by lot, as pupils choose, or as kept before. */

import { Icon20ShuffleOutline } from "@vkontakte/icons";
import { useId, useState } from "react";

import { useClass, useClassState } from "../classroom/context";
import { MAX_ROOMS, type Grouping } from "../protocol/classroom";
import { roomsWords as words } from "../words/rooms";
import { evenly, placeable } from "./arrange";
import { NumberField } from "./number-field";
import { Press } from "./press";
import { useSay } from "./say";

const WAYS: readonly Grouping[] = ["manual", "random", "self", "kept"];
/** The server takes seeds up to this one. */
const MAX_SEED = 999_999;
/** Numbers of lots that can be remembered and told to a colleague. */
const LOTS = 9999;
const NO_NAMES: readonly string[] = [];

export function newLot(): number {
  return 1 + Math.floor(Math.random() * LOTS);
}

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => words.numbered(index + 1));
}

interface PrepareFormProps {
  /** Called once the rooms are laid out; null: there is nothing to go back to. */
  readonly onDone: (() => void) | null;
}

export function PrepareForm({ onDone }: PrepareFormProps) {
  const port = useClass();
  const say = useSay();
  const before = port.state.get().rooms;
  const kept = useClassState((state) => state.rooms?.kept ?? NO_NAMES);
  const [way, setWay] = useState<Grouping>(before?.phase === "none" ? "manual" : (before?.mode ?? "manual"));
  const [count, setCount] = useState<number | null>(before?.rooms.length || 4);
  const [seed, setSeed] = useState<number | null>(() => before?.seed ?? newLot());
  const [name, setName] = useState("");
  const chosen = kept.includes(name) ? name : (kept[0] ?? "");
  const [asking, setAsking] = useState(false);
  const ready = way === "kept" ? chosen !== "" : count !== null;
  const lay = async () => {
    if (!ready || asking) return;
    setAsking(true);
    const answer = await port.ask({
      do: "prepare_rooms",
      mode: way,
      ...(way === "kept" ? { kept: chosen } : { count: count ?? 1, names: namesOf(count ?? 1) }),
      ...(way === "random" ? { seed } : {}),
    });
    setAsking(false);
    if (answer.done) onDone?.();
    else say(words.board.refused);
  };
  return (
    <form
      className="prepare"
      data-testid="rooms-prepare"
      onSubmit={(event) => {
        event.preventDefault();
        void lay();
      }}
    >
      <h3>{words.prepare.title}</h3>
      <p className="hint">{words.prepare.text}</p>
      <Ways way={way} onChange={setWay} />
      {way === "kept" ? (
        <Kept kept={kept} chosen={chosen} onChoose={setName} />
      ) : (
        <NumberField
          label={words.prepare.count}
          value={count}
          least={1}
          most={MAX_ROOMS}
          steps={{ less: words.prepare.fewer, more: words.prepare.more }}
          testId="rooms-count"
          onChange={setCount}
        />
      )}
      {way === "random" && (
        <div className="prepare__seed">
          <NumberField
            label={words.prepare.seed}
            hint={words.prepare.seedHint}
            value={seed}
            least={0}
            most={MAX_SEED}
            testId="rooms-seed"
            onChange={setSeed}
          />
          <Press icon={<Icon20ShuffleOutline />} onClick={() => setSeed(newLot())}>
            {words.prepare.another}
          </Press>
        </div>
      )}
      {way === "random" && <Even rooms={count ?? 1} />}
      {before && before.rooms.length > 0 && <p className="hint">{words.prepare.discards}</p>}
      <div className="prepare__end">
        <button type="submit" className="press press_main" data-testid="rooms-lay" aria-disabled={!ready || asking || undefined}>
          {words.prepare.lay}
        </button>
        {onDone && (
          <Press look="quiet" onClick={onDone}>
            {words.cancel}
          </Press>
        )}
      </div>
    </form>
  );
}

function Ways({ way, onChange }: { readonly way: Grouping; readonly onChange: (way: Grouping) => void }) {
  const id = useId();
  return (
    <fieldset className="ways">
      <legend>{words.prepare.way}</legend>
      {WAYS.map((one) => (
        <label key={one} className="ways__one">
          <input
            type="radio"
            name={id}
            checked={way === one}
            data-testid={`rooms-way-${one}`}
            onChange={() => onChange(one)}
          />
          <span>
            <b>{words.prepare[one]}</b>
            <span className="hint">{words.prepare[`${one}Hint`]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface KeptProps {
  readonly kept: readonly string[];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

function Kept({ kept, chosen, onChoose }: KeptProps) {
  if (kept.length === 0) return <p className="hint">{words.prepare.keptNone}</p>;
  return (
    <label className="prepare__kept">
      {words.prepare.keptName}
      <select className="input" value={chosen} data-testid="rooms-kept" onChange={(event) => onChoose(event.target.value)}>
        {kept.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

/** How many a room will get. */
function Even({ rooms }: { readonly rooms: number }) {
  const learners = useClassState((state) => placeable(state.people).filter((person) => !person.moderator).length);
  const { least, most } = evenly(learners, rooms);
  return <p className="hint">{learners === 0 ? words.prepare.nobody : words.prepare.even(learners, rooms, least, most)}</p>;
}
