/** `/sign-in?next=…`: the wizard, then «Учебный профиль создан!» or straight on. */

import { Icon56CheckCircleOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import { useCallback, useState } from "react";

import { go, ownPath } from "../parts/navigation";
import { Sheet } from "../parts/sheet";
import { useTitle } from "../parts/title";
import { account } from "../words/account";
import type { Outcome } from "./flow";
import { SignInWizard } from "./wizard";

const { signIn: say } = account;

export function SignInPage({ search }: { readonly search: string }) {
  const next = ownPath(new URLSearchParams(search).get("next"));
  const [done, setDone] = useState<{ outcome: Outcome; next: string } | null>(null);
  const finish = useCallback((outcome: Outcome, on: string) => {
    if (outcome === "entered") go(ownPath(on));
    else setDone({ outcome, next: ownPath(on) });
  }, []);
  useTitle(say.title);
  return (
    <Sheet narrow>
      {done ? <Created {...done} /> : <SignInWizard next={next} onDone={finish} />}
    </Sheet>
  );
}

function Created({ outcome, next }: { readonly outcome: Outcome; readonly next: string }) {
  return (
    <section className="card card_centred" data-testid="profile-created">
      <div className="quiet__icon" aria-hidden="true">
        <Icon56CheckCircleOutline />
      </div>
      <h1 className="card__title">{outcome === "created" ? say.createdTitle : say.checkedTitle}</h1>
      <p className="card__text">{say.createdText}</p>
      <Button size="l" stretched href={next} autoFocus data-testid="created-continue">
        {say.continue}
      </Button>
    </section>
  );
}
