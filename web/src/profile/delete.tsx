/** A copy of everything that is kept about oneself, and the end of it. */

import { Button } from "@vkontakte/vkui";
import { useState, type SubmitEvent } from "react";

import { Dialog } from "../parts/dialog";
import { TextField } from "../parts/fields";
import { go } from "../parts/navigation";
import { ProblemLine } from "../parts/problem-line";
import { asProblem, type Problem } from "../protocol/problem";
import { deleteProfile, EXPORT_ADDRESS } from "../protocol/profile";
import { school } from "../words/school";

const { profile: say } = school;

export function DeleteCard() {
  const [asking, setAsking] = useState(false);
  return (
    <section className="card" aria-labelledby="profile-delete">
      <h2 className="card__heading" id="profile-delete">
        {say.delete}
      </h2>
      <p className="card__small">{say.deleteText}</p>
      <div className="card__buttons">
        <Button mode="secondary" size="m" href={EXPORT_ADDRESS} download="profile.json">
          {say.export}
        </Button>
        <Button mode="secondary" appearance="negative" size="m" onClick={() => setAsking(true)}>
          {say.deleteButton}
        </Button>
      </div>
      {asking && <Asking onClose={() => setAsking(false)} />}
    </section>
  );
}

function Asking({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    deleteProfile(typed.trim()).then(
      () => go("/"),
      (error: unknown) => {
        setProblem(asProblem(error));
        setBusy(false);
      },
    );
  };
  return (
    <Dialog title={say.deleteButton} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <p className="card__small">{say.deleteText}</p>
        <TextField label={say.deleteConfirm} value={typed} onChange={setTyped} autoComplete="off" maxLength={100} />
        <ProblemLine problem={problem} />
        <Button type="submit" size="l" appearance="negative" loading={busy} disabled={typed.trim() === ""}>
          {say.deleteForever}
        </Button>
      </form>
    </Dialog>
  );
}
