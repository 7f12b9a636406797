/** The success of linking, in the words of the role; `/linked?role=…` after the journal's direction. */

import { Icon56CheckCircleOutline, Icon56LinkCircleOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";

import { Sheet } from "../parts/sheet";
import { useTitle } from "../parts/title";
import type { Role } from "../protocol/calls";
import { account } from "../words/account";

const { link: say } = account;

/** `back`: where the journal wants the person; the server lets only addresses through that the journal registered. */
export function Linked({ role, back }: { readonly role: Role; readonly back: string | null }) {
  const { title, text } = say.success[role];
  return (
    <section className="card card_centred" data-testid="linked" data-role={role}>
      <div className="quiet__icon quiet__icon_good" aria-hidden="true">
        <Icon56CheckCircleOutline />
      </div>
      <h1 className="card__title">{title}</h1>
      <p className="card__text" role="status">
        {text}
      </p>
      {back !== null && (
        <Button size="l" stretched href={back} data-testid="linked-back">
          {say.back}
        </Button>
      )}
      <Button mode={back === null ? "primary" : "secondary"} size="l" stretched href="/" data-testid="linked-home">
        {say.home}
      </Button>
    </section>
  );
}

function roleOf(text: string | null): Role | null {
  return text === "teacher" || text === "student" || text === "parent" ? text : null;
}

export function LinkedPage({ search }: { readonly search: string }) {
  const role = roleOf(new URLSearchParams(search).get("role"));
  useTitle(say.title);
  return <Sheet narrow>{role ? <Linked role={role} back={null} /> : <NotLinked />}</Sheet>;
}

function NotLinked() {
  return (
    <section className="card card_centred" data-testid="link-problem">
      <div className="quiet__icon quiet__icon_warm" aria-hidden="true">
        <Icon56LinkCircleOutline />
      </div>
      <h1 className="card__title">{say.backProblem.title}</h1>
      <p className="card__text">{say.backProblem.text}</p>
      <Button size="l" href="/connect">
        {say.backProblem.again}
      </Button>
    </section>
  );
}
