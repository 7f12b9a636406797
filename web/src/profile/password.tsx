/** The password: none, set, changed, removed. */

import { Button } from "@vkontakte/vkui";
import { useState, type SubmitEvent } from "react";

import { TextField } from "../parts/fields";
import { ProblemLine } from "../parts/problem-line";
import { asProblem, type Problem } from "../protocol/problem";
import { removePassword, setPassword } from "../protocol/profile";
import { account } from "../words/account";
import { school } from "../words/school";

const { profile: say } = school;

/** Characters; the server has the same rule and more. */
const SHORTEST = 10;

export function PasswordCard({ has, onChange }: { readonly has: boolean; readonly onChange: () => void }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [news, setNews] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const act = async (doing: Promise<unknown>, text: string) => {
    setBusy(true);
    setProblem(null);
    setNews("");
    try {
      await doing;
      setOpen(false);
      setNews(text);
      onChange();
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <section className="card" aria-labelledby="profile-password" data-testid="password-card">
      <h2 className="card__heading" id="profile-password">
        {say.password}
      </h2>
      <p className="card__small">{has ? say.passwordOn : say.passwordOff}</p>
      <p className="card__good" role="status" hidden={!news}>
        {news}
      </p>
      {open && (
        <PasswordForm
          has={has}
          busy={busy}
          onSend={(old, fresh) => void act(setPassword(old, fresh), say.saved)}
          onCancel={() => setOpen(false)}
        />
      )}
      <ProblemLine problem={problem} />
      {!open && (
        <div className="card__buttons">
          <Button mode="secondary" size="m" onClick={() => setOpen(true)} data-testid="password-open">
            {has ? say.changePassword : say.setPassword}
          </Button>
          {has && (
            <Button mode="tertiary" size="m" loading={busy} onClick={() => void act(removePassword(), say.passwordRemoved)}>
              {say.removePassword}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

interface PasswordFormProps {
  readonly has: boolean;
  readonly busy: boolean;
  readonly onSend: (old: string | null, fresh: string) => void;
  readonly onCancel: () => void;
}

function PasswordForm({ has, busy, onSend, onCancel }: PasswordFormProps) {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setWrong(fresh.length < SHORTEST);
    if (fresh.length >= SHORTEST) onSend(has ? old : null, fresh);
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      {has && (
        <TextField
          label={say.oldPassword}
          value={old}
          onChange={setOld}
          type="password"
          autoComplete="current-password"
          maxLength={200}
        />
      )}
      <TextField
        label={say.newPassword}
        value={fresh}
        onChange={(value) => {
          setFresh(value);
          setWrong(false);
        }}
        hint={say.passwordHint}
        error={wrong ? account.problem.password_weak : null}
        type="password"
        autoComplete="new-password"
        maxLength={200}
        data-testid="password-new"
      />
      <div className="card__buttons">
        <Button type="submit" size="m" loading={busy} data-testid="password-save">
          {account.common.save}
        </Button>
        <Button size="m" mode="tertiary" disabled={busy} onClick={onCancel}>
          {account.common.cancel}
        </Button>
      </div>
    </form>
  );
}
