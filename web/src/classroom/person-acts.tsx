/** What a moderator may do about one person. */

import { Button } from "@vkontakte/vkui";
import { useState, type ReactNode } from "react";

import { useCall } from "../call/context";
import { Dialog } from "../parts/dialog";
import { classroom } from "../words/classroom";
import { useClass } from "./context";
import type { Ask } from "./port";
import type { Row } from "./roster";

const { act } = classroom;

interface PersonActsProps {
  readonly row: Row;
  readonly onDone: () => void;
  readonly onRights: () => void;
}

export function PersonActs({ row, onDone, onRights }: PersonActsProps) {
  const klass = useClass();
  const port = useCall();
  const [removing, setRemoving] = useState(false);
  const { identity, name, here, role } = row;
  const ask = (request: Ask, told?: string) => {
    onDone();
    void klass.ask(request).then(({ done }) => {
      if (done && told !== undefined) port.announce(told, true);
    });
  };
  const button = (testId: string, text: string, onClick: () => void, danger = false): ReactNode => (
    <button type="button" className="acts__one" data-danger={danger} data-testid={testId} onClick={onClick}>
      {text}
    </button>
  );
  const learner = role === "student" || role === "parent";
  return (
    <div className="acts" role="group" aria-label={classroom.people.menu(name)} data-testid="person-acts">
      {row.hand > 0 && button("act-lower", act.lowerHand, () => ask({ do: "lower_hand", identity }))}
      {here?.microphone === true && button("act-mute", act.mute, () => ask({ do: "mute", identity }))}
      {here?.microphone === false &&
        button("act-unmute", act.askToUnmute, () => ask({ do: "ask_to_unmute", identity }, act.asked(name)))}
      {here?.camera && button("act-camera", act.stopCamera, () => ask({ do: "mute", identity, source: "camera" }))}
      {here?.screen && button("act-screen", act.stopScreen, () => ask({ do: "mute", identity, source: "screen" }))}
      {learner && !row.moderator && button("act-rights", act.rights, onRights)}
      {role !== "administrator" &&
        button("act-co-teacher", row.coTeacher ? act.noCoTeacher : act.makeCoTeacher, () =>
          ask({ do: "set_co_teacher", identity, on: !row.coTeacher }),
        )}
      {role !== "administrator" && button("act-remove", act.remove, () => setRemoving(true), true)}
      {removing && (
        <Dialog title={act.removeTitle} onClose={() => setRemoving(false)}>
          <p className="dialog__text">{act.removeText(name)}</p>
          <div className="dialog__buttons">
            <Button
              size="l"
              appearance="negative"
              data-testid="remove-yes"
              onClick={() => ask({ do: "remove_person", identity })}
            >
              {act.removeYes}
            </Button>
            <Button size="l" mode="secondary" onClick={() => setRemoving(false)}>
              {act.cancel}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
