/** The sign-in wizard: only the steps still needed, one at a time. Stands on its own page and inside linking. */

import { Icon56ErrorTriangleOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import { useEffect, useState } from "react";

import { useStore } from "../media/store";
import { Waiting } from "../parts/loaded";
import { wordsFor } from "../parts/problem-words";
import { Stepper, type StepTitle } from "../parts/stepper";
import { signIn, type SignInState } from "../protocol/sign-in";
import { account } from "../words/account";
import { useOnline, useSlow } from "./connection";
import { ConsentStep } from "./consent-step";
import { SignIn, type Outcome, type Wizard } from "./flow";
import { PersonalForm } from "./personal-form";
import { CodeStep, PasswordStep, PhoneStep, type StepProps } from "./steps";

const { signIn: say } = account;

interface SignInWizardProps {
  readonly next: string;
  /** A link session's code, when signing in is a part of linking. */
  readonly link?: string | null;
  /** Steps of this page after signing in, for the stepper. */
  readonly then?: readonly StepTitle[];
  /** A stable function. */
  readonly onDone: (outcome: Outcome, next: string) => void;
}

export function SignInWizard({ next, link = null, then = [], onDone }: SignInWizardProps) {
  const [flow] = useState(() => new SignIn(signIn, next, link, (outcome, state) => onDone(outcome, state.next)));
  const wizard = useStore(flow.wizard, (value) => value);
  useEffect(() => {
    void flow.begin();
  }, [flow]);
  if (wizard.at === "loading") return <Waiting />;
  if (wizard.at === "unreachable") return <Unreachable wizard={wizard} onAgain={() => void flow.begin()} />;
  if (wizard.state.step === "done") return <Waiting />;
  return <Open flow={flow} wizard={wizard} then={then} />;
}

function Unreachable({ wizard, onAgain }: { readonly wizard: Wizard & { at: "unreachable" }; readonly onAgain: () => void }) {
  const { problem } = wizard;
  return (
    <section className="card card_centred" data-testid="sign-in-unreachable">
      <div className="quiet__icon quiet__icon_warm" aria-hidden="true">
        <Icon56ErrorTriangleOutline />
      </div>
      <h1 className="card__title">{say.unreachableTitle}</h1>
      <p className="card__text" role="alert">
        {problem.status === 0 ? say.unreachableText : wordsFor(problem)}
      </p>
      <Button size="l" onClick={onAgain}>
        {account.common.retry}
      </Button>
    </section>
  );
}

interface OpenProps {
  readonly flow: SignIn;
  readonly wizard: Wizard & { at: "open" };
  readonly then: readonly StepTitle[];
}

function Open({ flow, wizard, then }: OpenProps) {
  const { state, busy } = wizard;
  const online = useOnline();
  const slow = useSlow(busy);
  const steps = stepsOf(state, then);
  return (
    <section className="card" data-testid="sign-in" data-step={state.step} aria-busy={busy}>
      {steps.length > 1 && state.step !== "done" && <Stepper steps={steps} current={state.step} />}
      {!online && (
        <p className="card__note" role="status">
          {say.offline}
        </p>
      )}
      <Step key={state.step} flow={flow} wizard={wizard} />
      <p className="card__slow" role="status">
        {slow ? say.slow : ""}
      </p>
      <p className="card__support">{state.support || say.support}</p>
    </section>
  );
}

function stepsOf(state: SignInState, then: readonly StepTitle[]): StepTitle[] {
  const own = [...state.steps, ...(state.steps.includes(state.step) ? [] : [state.step])];
  return [...own.filter((step) => step !== "done"), ...then];
}

function Step({ flow, wizard }: { readonly flow: SignIn; readonly wizard: Wizard & { at: "open" } }) {
  const { state, busy, problem, resent } = wizard;
  const [phone, setPhone] = useState("");
  const [withPassword, setWithPassword] = useState(false);
  const common = { flow, state, busy, problem };
  if (state.step === "password" || (withPassword && (state.step === "phone" || state.step === "code"))) {
    const onCode = () => (withPassword ? setWithPassword(false) : void flow.resend());
    return <PasswordStep {...common} phone={phone} setPhone={setPhone} onCode={onCode} />;
  }
  switch (state.step) {
    case "phone":
      return <PhoneStep {...common} phone={phone} setPhone={setPhone} onPassword={() => setWithPassword(true)} />;
    case "code":
      return <CodeStep {...common} resent={resent} onPassword={() => setWithPassword(true)} />;
    case "form":
      return <FormStep {...common} />;
    case "consent":
      return <ConsentStep {...common} />;
    default:
      return null;
  }
}

function FormStep({ flow, state, busy, problem }: StepProps) {
  const known = state.prefill !== null;
  return (
    <>
      <h1 className="card__title">{known ? say.checkTitle : say.formTitle}</h1>
      <p className="card__text">{known ? say.checkText : say.formText}</p>
      <PersonalForm
        prefill={state.prefill}
        busy={busy}
        problem={problem}
        button={say.continue}
        onSend={(data) => flow.form(data)}
      >
        <p className="card__note" data-testid="warning">
          {say.warning}
        </p>
      </PersonalForm>
    </>
  );
}
