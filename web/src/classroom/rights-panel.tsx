/** «Доступы участников»: what pupils and parents may do in the call. */

import { Button } from "@vkontakte/vkui";

import { useCall } from "../call/context";
import { Panel } from "../call/panel";
import { useView } from "../call/view";
import type { Learner, Rights } from "../protocol/classroom";
import { classroom } from "../words/classroom";
import { useClass, useClassState } from "./context";
import { RightsSwitches } from "./rights-switches";
import { useRights } from "./use-rights";

const { rights: say } = classroom;

export function RightsPanel({ onClose }: { readonly onClose: () => void }) {
  const klass = useClass();
  const port = useCall();
  const { open } = useView();
  const call = useClassState((state) => state.call);
  const others = useClassState((state) => state.people.filter(({ rights }) => rights !== null).length);
  const keep = () =>
    void klass.ask({ do: "keep_template" }).then(({ done }) => {
      if (done) port.announce(say.kept, true);
    });
  return (
    <Panel title={say.title} testId="rights-panel" onClose={onClose}>
      <button type="button" className="panel__back" onClick={() => open("participants")}>
        {say.backToPeople}
      </button>
      <p className="panel__hint">{say.hint}</p>
      {call && (
        <>
          <RoleRights role="student" rights={call.student} />
          <RoleRights role="parent" rights={call.parent} />
        </>
      )}
      {others > 0 && <p className="panel__hint">{say.others(others)}</p>}
      <Button size="m" mode="secondary" stretched onClick={keep} data-testid="keep-template">
        {say.keep}
      </Button>
      <p className="panel__hint">{say.keepHint}</p>
    </Panel>
  );
}

function RoleRights({ role, rights }: { readonly role: Learner; readonly rights: Rights }) {
  const klass = useClass();
  const [shown, change] = useRights(rights, (next) => klass.ask({ do: "set_rights", role, rights: next }));
  return (
    <fieldset className="rights" data-testid={`rights-${role}`}>
      <legend>{say[role]}</legend>
      <RightsSwitches rights={shown} testId={role} onChange={change} />
    </fieldset>
  );
}
