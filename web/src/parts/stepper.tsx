/** «Последовательность шагов будет отображаться на экране»: the steps of a wizard and where one stands. */

import { Icon20CheckCircleOutline } from "@vkontakte/icons";

import { account } from "../words/account";

export type StepTitle = keyof typeof account.signIn.names;

interface StepperProps {
  readonly steps: readonly StepTitle[];
  readonly current: StepTitle;
}

export function Stepper({ steps, current }: StepperProps) {
  const at = steps.indexOf(current);
  const { names, stepOf, stepDone, stepNow } = account.signIn;
  return (
    <div className="stepper" data-testid="stepper">
      <p className="stepper__line" role="status">
        {stepOf(at + 1, steps.length)}: {names[current]}
      </p>
      <ol className="stepper__list" aria-label={account.signIn.steps}>
        {steps.map((step, index) => {
          const state = index < at ? "done" : index === at ? "now" : "later";
          return (
            <li key={step} className={`stepper__step stepper__step_${state}`} aria-current={state === "now" ? "step" : undefined}>
              <span className="stepper__dot" aria-hidden="true">
                {state === "done" ? <Icon20CheckCircleOutline /> : index + 1}
              </span>
              <span className="stepper__name">{names[step]}</span>
              {state !== "later" && <span className="for-ears">{state === "done" ? stepDone : stepNow}</span>}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
