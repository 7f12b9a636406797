/** `/profile`: what is known about oneself, and who decides about it. */

import { Button } from "@vkontakte/vkui";
import { useState } from "react";

import { Confirming } from "../parts/confirming";
import { momentOf, writtenDate } from "../parts/dates";
import { Dialog } from "../parts/dialog";
import { ShowLoaded, useLoaded } from "../parts/loaded";
import { go } from "../parts/navigation";
import { Sheet } from "../parts/sheet";
import { useTitle } from "../parts/title";
import { TopMenu } from "../parts/top-menu";
import { asProblem, type Problem } from "../protocol/problem";
import { changeProfile, getProfile, withdrawConsent, type Profile } from "../protocol/profile";
import { PersonalForm } from "../sign-in/personal-form";
import { account } from "../words/account";
import { school } from "../words/school";
import { DeleteCard } from "./delete";
import { Devices } from "./devices";
import { PasswordCard } from "./password";

const { profile: say } = school;

export function ProfilePage() {
  const profile = useLoaded(getProfile);
  useTitle(say.title);
  return (
    <Sheet aside={<TopMenu />} testId="profile">
      <h1 className="sheet__title">{say.title}</h1>
      <ShowLoaded loaded={profile}>
        {(value) => (
          <div className="cards">
            <Data profile={value} onChange={profile.reload} />
            <PasswordCard has={value.has_password} onChange={profile.reload} />
            <Devices />
            <Consent consent={value.consent} />
            <DeleteCard />
          </div>
        )}
      </ShowLoaded>
    </Sheet>
  );
}

function Data({ profile, onChange }: { readonly profile: Profile; readonly onChange: () => void }) {
  const [editing, setEditing] = useState(false);
  const [saved, setSaved] = useState(false);
  const name = [profile.family_name, profile.given_name, profile.patronymic].filter(Boolean).join(" ");
  return (
    <section className="card" aria-labelledby="profile-data">
      <h2 className="card__heading" id="profile-data">
        {say.data}
      </h2>
      <dl className="facts">
        <dt>{say.name}</dt>
        <dd data-testid="profile-name">{name}</dd>
        <dt>{say.birth}</dt>
        <dd>{writtenDate(profile.birth_date)}</dd>
        <dt>{say.gender}</dt>
        <dd>{say[profile.gender]}</dd>
        <dt>{say.phone}</dt>
        <dd>{profile.phone ?? say.noPhone}</dd>
      </dl>
      <p className="card__small">{say.phoneText}</p>
      <p className="card__good" role="status" hidden={!saved}>
        {saved ? say.saved : ""}
      </p>
      <Button mode="secondary" size="m" onClick={() => setEditing(true)} data-testid="profile-edit">
        {say.edit}
      </Button>
      {editing && (
        <Edit
          profile={profile}
          onClose={() => setEditing(false)}
          onSaved={() => {
            setEditing(false);
            setSaved(true);
            onChange();
          }}
        />
      )}
    </section>
  );
}

interface EditProps {
  readonly profile: Profile;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

function Edit({ profile, onClose, onSaved }: EditProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  return (
    <Dialog title={say.data} onClose={onClose}>
      <PersonalForm
        prefill={profile}
        busy={busy}
        problem={problem}
        button={account.common.save}
        onSend={(data) => {
          setBusy(true);
          setProblem(null);
          changeProfile(data).then(onSaved, (error: unknown) => {
            setProblem(asProblem(error));
            setBusy(false);
          });
        }}
      />
    </Dialog>
  );
}

function Consent({ consent }: { readonly consent: Profile["consent"] }) {
  const [asking, setAsking] = useState(false);
  const details = consent.version && consent.at ? say.consentDetails(consent.version, momentOf(consent.at)) : "";
  return (
    <section className="card" aria-labelledby="profile-consent">
      <h2 className="card__heading" id="profile-consent">
        {say.consent}
      </h2>
      <p className="card__plain">
        {say.consentState[consent.state]}
        {consent.state === "given" && consent.by ? `: ${say.consentBy[consent.by]}` : ""}
      </p>
      {details && <p className="card__small">{details}</p>}
      {consent.state === "given" && (
        <Button mode="secondary" size="m" onClick={() => setAsking(true)} data-testid="consent-withdraw">
          {say.withdraw}
        </Button>
      )}
      {asking && (
        <Confirming
          title={say.withdraw}
          text={say.withdrawText}
          button={say.withdraw}
          act={withdrawConsent}
          onDone={() => go("/")}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}
