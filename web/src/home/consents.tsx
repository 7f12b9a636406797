/** Children who wait for their parent's consent. */

import { Button } from "@vkontakte/vkui";
import { useState } from "react";

import { writtenDate } from "../parts/dates";
import { TickField } from "../parts/fields";
import { ProblemLine } from "../parts/problem-line";
import { confirmForChild, type ConsentNeeded } from "../protocol/home";
import { asProblem, type Problem } from "../protocol/problem";
import { ConsentText } from "../sign-in/consent-step";
import { account } from "../words/account";

const { home: say } = account;

interface ConsentsProps {
  readonly waiting: readonly ConsentNeeded[];
  readonly onChange: () => void;
}

export function Consents({ waiting, onChange }: ConsentsProps) {
  const [thanks, setThanks] = useState(false);
  const given = () => {
    setThanks(true);
    onChange();
  };
  return (
    <>
      {thanks && (
        <p className="card__good" role="status">
          {say.consentGiven}
        </p>
      )}
      {waiting.map((child) => (
        <ChildConsent key={child.profile} child={child} onGiven={given} />
      ))}
    </>
  );
}

function ChildConsent({ child, onGiven }: { readonly child: ConsentNeeded; readonly onGiven: () => void }) {
  const [accepted, setAccepted] = useState(false);
  const [wrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const give = async () => {
    setWrong(!accepted);
    if (!accepted) return;
    setBusy(true);
    try {
      await confirmForChild(child.profile, child.version);
      onGiven();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <section className="card card_warm" aria-labelledby={`consent-${child.profile}`} data-testid="consent-needed">
      <h2 className="card__heading" id={`consent-${child.profile}`}>
        {say.consents}
      </h2>
      <p className="card__small">{say.consentText(child.name, writtenDate(child.birth_date))}</p>
      <details className="fold">
        <summary>{say.readConsent}</summary>
        <ConsentText text={child.text} version={child.version} />
      </details>
      <TickField
        checked={accepted}
        error={wrong ? account.field.consent : null}
        onChange={(checked) => {
          setAccepted(checked);
          setWrong(false);
        }}
      >
        {say.acceptChild}
      </TickField>
      <ProblemLine problem={problem} />
      <Button size="l" loading={busy} onClick={() => void give()}>
        {say.giveConsent}
      </Button>
    </section>
  );
}
