/** Groups of the class under a name: kept for other lessons, and forgotten. */

import { Icon20BookmarkOutline, Icon20DeleteOutline } from "@vkontakte/icons";
import { useState } from "react";

import { useClass, useClassState } from "../classroom/context";
import { MAX_NAME } from "../protocol/classroom";
import { roomsWords as words } from "../words/rooms";
import { Pop } from "./pop";
import { useSay } from "./say";

const NONE: readonly string[] = [];

export function KeepGroups() {
  return (
    <Pop label={words.keep.title} icon={<Icon20BookmarkOutline />} testId="rooms-keep">
      {(close) => <KeepForm onDone={close} />}
    </Pop>
  );
}

function KeepForm({ onDone }: { readonly onDone: () => void }) {
  const port = useClass();
  const say = useSay();
  const kept = useClassState((state) => state.rooms?.kept ?? NONE);
  const [name, setName] = useState("");
  const wanted = name.trim();
  const keep = async () => {
    if (wanted === "") return;
    const answer = await port.ask({ do: "keep_groups", name: wanted });
    say(answer.done ? words.keep.saved(wanted) : words.board.refused);
    if (answer.done) onDone();
  };
  const forget = async (old: string) => {
    const answer = await port.ask({ do: "forget_groups", name: old });
    say(answer.done ? words.keep.forgot(old) : words.board.refused);
  };
  return (
    <div className="pop__form">
      <form
        className="pop__form"
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <p className="hint">{words.keep.text}</p>
        <label>
          {words.keep.name}
          <input
            className="input"
            value={name}
            maxLength={MAX_NAME}
            placeholder={words.keep.nameHint}
            autoFocus
            data-testid="keep-name"
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        {kept.includes(wanted) && <p className="hint">{words.keep.replaces}</p>}
        <button type="submit" className="press press_main" data-testid="keep-save" disabled={wanted === ""}>
          {words.keep.save}
        </button>
      </form>
      {kept.length > 0 && (
        <>
          <h4>{words.keep.list}</h4>
          <ul className="kept">
            {kept.map((old) => (
              <li key={old}>
                <span>{old}</span>
                <button
                  type="button"
                  className="iconpress"
                  aria-label={words.keep.forgetNamed(old)}
                  title={words.keep.forget}
                  onClick={() => void forget(old)}
                >
                  <Icon20DeleteOutline aria-hidden="true" />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
