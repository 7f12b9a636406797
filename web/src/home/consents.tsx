/** Consents: a parent gives and withdraws them for children under 14; a child is told what it waits for. */

import { Button } from "@vkontakte/vkui";
import { useState } from "react";

import { Confirming } from "../parts/confirming";
import { momentOf, writtenDate } from "../parts/dates";
import { TickField } from "../parts/fields";
import { ProblemLine } from "../parts/problem-line";
import { confirmForChild, withdrawForChild, type ConsentGiven, type ConsentNeeded } from "../protocol/home";
import { asProblem, type Problem } from "../protocol/problem";
import type { ConsentState } from "../protocol/profile";
import { ConsentText } from "../sign-in/consent-step";
import { account } from "../words/account";

const { home: say } = account;

/** What a child's own page says while a parent has not consented, or does not consent any more. */
export function OwnConsent({ state }: { readonly state: ConsentState }) {
  if (state !== "parent_needed" && state !== "withdrawn") return null;
  return (
    <p className="card__note" role="status" data-testid="own-consent">
      {say.ownConsent[state]}
    </p>
  );
}

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

interface GivenProps {
  readonly given: readonly ConsentGiven[];
  readonly onChange: () => void;
}

/** The consents that stand, each with the way to withdraw it. */
export function GivenConsents({ given, onChange }: GivenProps) {
  const [asking, setAsking] = useState<ConsentGiven | null>(null);
  const [withdrawn, setWithdrawn] = useState(false);
  if (given.length === 0 && !withdrawn) return null;
  return (
    <section className="card" aria-labelledby="home-consents" data-testid="consents-given">
      <h2 className="card__heading" id="home-consents">
        {say.givenConsents}
      </h2>
      {withdrawn && (
        <p className="card__note" role="status">
          {say.consentWithdrawn}
        </p>
      )}
      <ul className="plain">
        {given.map((child) => (
          <li key={child.profile} className="plain__row">
            <div className="linked">
              <p className="linked__name">{child.name}</p>
              <p className="linked__about">{say.consentDetails(child.version, momentOf(child.at))}</p>
            </div>
            <Button
              mode="secondary"
              size="m"
              aria-label={say.withdrawFor(child.name)}
              onClick={() => setAsking(child)}
              data-testid="consent-withdraw"
            >
              {say.withdraw}
            </Button>
          </li>
        ))}
      </ul>
      {asking && (
        <Confirming
          title={say.withdrawFor(asking.name)}
          text={say.withdrawText(asking.name)}
          button={say.withdraw}
          act={() => withdrawForChild(asking.profile)}
          onDone={() => {
            setAsking(null);
            setWithdrawn(true);
            onChange();
          }}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  );
}
