/** «Отображение участников»: the own view, and for moderators that of everybody. */

import { Icon20CheckCircleOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import { useId, type ReactNode } from "react";

import { useClass, useClassState } from "../classroom/context";
import { stageWords } from "../words/stage";
import { useCallState } from "./context";
import type { LayoutName } from "./layout";
import { useLayout, useLayoutChoice, useLead } from "./layout-context";
import { Panel } from "./panel";

const OWN: readonly LayoutName[] = ["auto", "tiles", "speaker", "screen"];
const LEAD = [null, "tiles", "speaker", "screen"] as const;
const { layout: text } = stageWords;

export function LayoutMenu({ onClose }: { readonly onClose: () => void }) {
  const moderator = useClassState((state) => state.you?.moderator ?? false);
  return (
    <Panel title={text.title} testId="layout-menu" onClose={onClose}>
      <OwnLayout />
      <Pinned />
      <KeptField />
      {moderator && <LeadLayout />}
    </Panel>
  );
}

function OwnLayout() {
  const store = useLayout();
  const choice = useLayoutChoice((all) => all);
  const led = useLead() !== null;
  const follows = led && choice.follow;
  return (
    <Choices title={text.own}>
      {led && (
        <Choice
          name="layout-own"
          label={text.follow}
          hint={text.followHint}
          on={follows}
          onChoose={() => store.choose({ follow: true, pinned: "" })}
        />
      )}
      {OWN.map((name) => (
        <Choice
          key={name}
          name="layout-own"
          label={text[name]}
          hint={text[`${name}Hint`]}
          on={!follows && choice.layout === name}
          onChoose={() => store.choose({ layout: name, pinned: "", ...(led ? { follow: false } : {}) })}
        />
      ))}
    </Choices>
  );
}

function LeadLayout() {
  const klass = useClass();
  const now = useClassState((state) => state.call?.layout ?? null);
  return (
    <Choices title={text.lead} hint={text.leadHint}>
      {LEAD.map((name) => (
        <Choice
          key={name ?? "none"}
          name="layout-lead"
          label={name === null ? text.leadNone : text[name]}
          on={now === name}
          onChoose={() => void klass.ask({ do: "set_layout", layout: name })}
        />
      ))}
    </Choices>
  );
}

function Pinned() {
  const store = useLayout();
  const identity = useLayoutChoice((choice) => choice.pinned);
  const people = useCallState((state) => state.people);
  const name = people.find((person) => person.identity === identity)?.name;
  if (name === undefined) return null;
  return (
    <p className="layout__pinned">
      <span>{text.pinnedNow(name)}</span>
      <Button size="s" mode="secondary" onClick={() => store.choose({ pinned: "" })}>
        {text.unpin}
      </Button>
    </p>
  );
}

function KeptField() {
  const id = useId();
  const store = useLayout();
  const kept = useLayoutChoice((choice) => choice.kept);
  const people = useCallState((state) => state.people);
  return (
    <div className="layout__kept">
      <label htmlFor={id}>{text.kept}</label>
      <select
        id={id}
        className="field__select"
        value={people.some((person) => person.identity === kept) ? kept : ""}
        aria-describedby={`${id}-hint`}
        onChange={(event) => store.choose({ kept: event.target.value })}
      >
        <option value="">{text.nobody}</option>
        {people
          .filter((person) => !person.own)
          .map((person) => (
            <option key={person.identity} value={person.identity}>
              {person.name}
            </option>
          ))}
      </select>
      <p id={`${id}-hint`}>{text.keptHint}</p>
    </div>
  );
}

function Choices(props: { readonly title: string; readonly hint?: string; readonly children: ReactNode }) {
  return (
    <fieldset className="layout__choices">
      <legend>{props.title}</legend>
      {props.hint !== undefined && <p className="layout__hint">{props.hint}</p>}
      {props.children}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly on: boolean;
  readonly onChoose: () => void;
}

function Choice({ name, label, hint, on, onChoose }: ChoiceProps) {
  return (
    <label className="layout__choice" data-on={on}>
      <input type="radio" name={name} checked={on} onChange={onChoose} />
      <span className="layout__text">
        <span>{label}</span>
        {hint !== undefined && <span className="layout__hint">{hint}</span>}
      </span>
      <Icon20CheckCircleOutline aria-hidden="true" className="layout__mark" />
    </label>
  );
}
