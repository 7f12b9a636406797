/** The consent, as a screen of its own: the text, its version, a tick and a button. */

import { Button } from "@vkontakte/vkui";
import { useState, type SubmitEvent } from "react";

import { TickField } from "../parts/fields";
import { ProblemLine } from "../parts/problem-line";
import { account } from "../words/account";
import type { StepProps } from "./steps";

const { signIn: say } = account;

export function ConsentStep({ flow, state, busy, problem }: StepProps) {
  const [accepted, setAccepted] = useState(false);
  const [wrong, setWrong] = useState(false);
  const { consent } = state;
  if (!consent) return null;
  const child = consent.for === "parent_needed";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setWrong(!accepted);
    if (accepted) flow.consent(consent.version);
  };
  return (
    <form className="form" onSubmit={submit} noValidate data-testid="consent-step">
      <h1 className="card__title">{say.consentTitle}</h1>
      {child && <p className="card__note">{say.consentChild}</p>}
      <ConsentText text={consent.text} version={consent.version} />
      <TickField
        checked={accepted}
        error={wrong ? account.field.consent : null}
        onChange={(checked) => {
          setAccepted(checked);
          setWrong(false);
        }}
      >
        {child ? say.consentChildAccept : say.consentAccept}
      </TickField>
      <ProblemLine problem={problem} />
      <Button type="submit" size="l" stretched loading={busy} data-testid="consent-send">
        {say.consentNext}
      </Button>
    </form>
  );
}

/** A text to read in a window of its own; reachable by keyboard, so that it can be scrolled. */
export function ConsentText({ text, version }: { readonly text: string; readonly version: string }) {
  return (
    <>
      <div className="consent" role="group" tabIndex={0} aria-label={say.consentTitle} data-testid="consent-text">
        {text.split(/\n{2,}/u).map((paragraph, index) => (
          <p key={index}>{paragraph}</p>
        ))}
      </div>
      <p className="consent__version">{say.consentVersion(version)}</p>
    </>
  );
}
