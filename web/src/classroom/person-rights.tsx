/** One person's rights, instead of those of the role. */

import { Button } from "@vkontakte/vkui";

import { classroom } from "../words/classroom";
import { useClass, useClassState } from "./context";
import { RightsSwitches } from "./rights-switches";
import type { Row } from "./roster";
import { useRights } from "./use-rights";

const { rights: say } = classroom;

export function PersonRights({ row, onBack }: { readonly row: Row; readonly onBack: () => void }) {
  const klass = useClass();
  const { identity, name } = row;
  const ofRole = useClassState(({ call }) => (row.role === "parent" ? call?.parent : call?.student));
  const told = row.rights ?? ofRole;
  return (
    <>
      <button type="button" className="panel__back" onClick={onBack}>
        {say.backToPeople}
      </button>
      {told && (
        <fieldset className="rights" data-testid="rights-person">
          <legend>{say.own(name)}</legend>
          <p className="panel__hint">{row.rights ? say.personal : say.asRole}</p>
          <Switches key={identity} identity={identity} told={told} />
        </fieldset>
      )}
      {row.rights && (
        <Button
          size="m"
          mode="secondary"
          stretched
          data-testid="rights-reset"
          onClick={() => void klass.ask({ do: "set_person_rights", identity, rights: null })}
        >
          {say.reset}
        </Button>
      )}
    </>
  );
}

interface SwitchesProps {
  readonly identity: string;
  readonly told: NonNullable<Row["rights"]>;
}

function Switches({ identity, told }: SwitchesProps) {
  const klass = useClass();
  const [shown, change] = useRights(told, (rights) => klass.ask({ do: "set_person_rights", identity, rights }));
  return <RightsSwitches rights={shown} testId="person" onChange={change} />;
}
