/** The top of «Участники» for moderators: rooms, rights, lobby, everybody's microphones and hands, a pupil by chance. */

import {
  Icon20Hand,
  Icon20LockOutline,
  Icon20PhoneOutline,
  Icon20ShuffleOutline,
  Icon20UsersOutline,
  Icon24MicrophoneSlash,
} from "@vkontakte/icons";
import { useState, type ReactNode } from "react";

import { useCall } from "../call/context";
import { useView } from "../call/view";
import { classroom } from "../words/classroom";
import { useClass, useClassState } from "./context";
import { EndDialog } from "./leave-dialog";
import { pickPupil } from "./random-pupil";
import { isPupil, type Row } from "./roster";
import { SwitchRow } from "./switch-row";

const { people: say } = classroom;

interface ModeratorToolsProps {
  readonly present: readonly Row[];
  readonly hands: number;
}

export function ModeratorTools({ present, hands }: ModeratorToolsProps) {
  const klass = useClass();
  const port = useCall();
  const { open } = useView();
  const lobby = useClassState((state) => state.call?.lobby ?? false);
  const room = useClassState((state) => state.you?.room ?? 0);
  const [ending, setEnding] = useState(false);
  const muteAll = () =>
    void klass.ask({ do: "mute_all", room }).then(({ done }) => {
      if (done) port.announce(say.muteAllDone, true);
    });
  const tool = (testId: string, icon: ReactNode, text: string, onClick: () => void, danger = false) => (
    <button type="button" className="tools__one" data-danger={danger} data-testid={testId} onClick={onClick}>
      <span aria-hidden="true">{icon}</span>
      {text}
    </button>
  );
  return (
    <section className="tools">
      <div className="tools__grid">
        {tool("open-rooms", <Icon20UsersOutline />, say.rooms, () => open("rooms"))}
        {tool("open-rights", <Icon20LockOutline />, say.rights, () => open("rights"))}
        {tool("mute-all", <Icon24MicrophoneSlash width={20} height={20} />, say.muteAll, muteAll)}
        {hands > 0 &&
          tool("lower-all", <Icon20Hand />, say.lowerAll, () => void klass.ask({ do: "lower_all_hands" }))}
        <RandomPupil present={present} />
        {tool("end-call", <Icon20PhoneOutline />, say.end, () => setEnding(true), true)}
      </div>
      <SwitchRow
        title={say.lobby}
        hint={say.lobbyHint}
        on={lobby}
        testId="lobby-switch"
        onChange={(on) => void klass.ask({ do: "set_lobby", on })}
      />
      {ending && <EndDialog onClose={() => setEnding(false)} />}
    </section>
  );
}

/** Who has been picked, for as long as the page is in the call. */
const rounds = new WeakMap<object, readonly string[]>();

function RandomPupil({ present }: { readonly present: readonly Row[] }) {
  const klass = useClass();
  const port = useCall();
  const [told, setTold] = useState("");
  const pick = () => {
    const pupils = present.filter(isPupil);
    const chosen = pickPupil(pupils.map(({ identity }) => identity), rounds.get(klass) ?? [], Math.random());
    const name = pupils.find(({ identity }) => identity === chosen?.identity)?.name;
    if (!chosen || name === undefined) {
      port.announce(say.randomNone, true);
      return;
    }
    rounds.set(klass, chosen.picked);
    setTold(`${say.randomIs(name)} (${say.randomLeft(chosen.left)})`);
  };
  return (
    <>
      <button type="button" className="tools__one" data-testid="random-pupil" onClick={pick}>
        <span aria-hidden="true">
          <Icon20ShuffleOutline />
        </span>
        {told === "" ? say.random : say.randomAgain}
      </button>
      <p className="tools__picked" role="status" data-testid="random-is">
        {told}
      </p>
    </>
  );
}
