/** The steps of the sign-in wizard before the person is known: phone, code, password. */

import { Button } from "@vkontakte/vkui";
import { useState, type SubmitEvent } from "react";

import { clock, useRemaining } from "../parts/countdown";
import { TextField } from "../parts/fields";
import { ProblemLine } from "../parts/problem-line";
import type { Problem } from "../protocol/problem";
import type { Intent, SignInState } from "../protocol/sign-in";
import { account } from "../words/account";
import type { SignIn } from "./flow";
import { looksLikePhone, tidyPhone } from "./phone";

export interface StepProps {
  readonly flow: SignIn;
  readonly state: SignInState;
  readonly busy: boolean;
  readonly problem: Problem | null;
}

const { signIn: say } = account;

interface PhoneStepProps extends StepProps {
  readonly phone: string;
  readonly setPhone: (phone: string) => void;
  readonly onPassword: () => void;
}

export function PhoneStep({ flow, state, busy, problem, phone, setPhone, onPassword }: PhoneStepProps) {
  const [wrong, setWrong] = useState(false);
  const [asked, setAsked] = useState<Intent>("continue");
  const send = (intent: Intent) => {
    setAsked(intent);
    setWrong(!looksLikePhone(phone));
    if (looksLikePhone(phone)) flow.phone(phone, intent);
  };
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send("continue");
      }}
    >
      <h1 className="card__title">{say.phoneTitle}</h1>
      <p className="card__text">{say.phoneText}</p>
      <TextField
        label={say.phone}
        value={phone}
        onChange={(value) => {
          setPhone(value);
          setWrong(false);
        }}
        hint={say.phoneHint}
        error={wrong ? account.field.phone : null}
        type="tel"
        inputMode="tel"
        autoComplete="tel"
        maxLength={40}
        autoFocus
        onBlur={(event) => setPhone(tidyPhone(event.target.value))}
        data-testid="sign-in-phone"
      />
      <ProblemLine problem={problem} />
      <Button type="submit" size="l" stretched loading={busy && asked === "continue"} disabled={busy} data-testid="sign-in-continue">
        {say.continue}
      </Button>
      <p className="form__under">{say.continueHint}</p>
      <Button
        mode="secondary"
        size="l"
        stretched
        loading={busy && asked === "create"}
        disabled={busy}
        onClick={() => send("create")}
        data-testid="sign-in-create"
      >
        {say.create}
      </Button>
      <p className="form__under">{say.createHint}</p>
      <Button mode="tertiary" size="l" onClick={onPassword} data-testid="sign-in-with-password">
        {say.withPassword}
      </Button>
      <Providers state={state} />
    </form>
  );
}

function Providers({ state }: { readonly state: SignInState }) {
  if (state.providers.length === 0) return null;
  const query = new URLSearchParams({ next: state.next }).toString();
  return (
    <section className="providers" aria-label={say.otherWays}>
      <p className="providers__title">{say.otherWays}</p>
      {state.providers.map(({ id, title }) => (
        <Button key={id} mode="outline" size="l" stretched href={`/auth/${encodeURIComponent(id)}/start?${query}`}>
          {say.provider(title)}
        </Button>
      ))}
      <p className="form__under">{say.isolated}</p>
    </section>
  );
}

const CODE_LENGTH = 6;

interface CodeStepProps extends StepProps {
  readonly resent: boolean;
  readonly onPassword: () => void;
}

export function CodeStep({ flow, state, busy, problem, resent, onPassword }: CodeStepProps) {
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState(false);
  const wait = useRemaining(state.resend_at);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setWrong(code.length !== CODE_LENGTH);
    if (code.length === CODE_LENGTH) flow.code(code);
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <h1 className="card__title">{say.codeTitle}</h1>
      {state.phone && <p className="card__text">{say.codeText(state.phone)}</p>}
      <TextField
        label={say.code}
        value={code}
        onChange={(value) => {
          setCode(value.replace(/\D/gu, "").slice(0, CODE_LENGTH));
          setWrong(false);
        }}
        hint={say.codeHint}
        error={wrong ? account.field.code : null}
        className="code-input"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        data-testid="sign-in-code"
      />
      <ProblemLine problem={problem} />
      <Button type="submit" size="l" stretched loading={busy} data-testid="sign-in-confirm">
        {say.confirm}
      </Button>
      <p className="form__under" role="status">
        {resent ? say.resent : say.noCode}
      </p>
      <div className="form__more">
        {wait > 0 ? (
          <p className="form__wait" data-testid="resend-wait">
            {say.resendIn(clock(wait))}
          </p>
        ) : (
          <Button mode="tertiary" size="l" disabled={busy} onClick={() => void flow.resend()}>
            {say.resend}
          </Button>
        )}
        <Button mode="tertiary" size="l" disabled={busy} onClick={() => flow.back()}>
          {say.otherNumber}
        </Button>
        <Button mode="tertiary" size="l" disabled={busy} onClick={onPassword}>
          {say.withPassword}
        </Button>
      </div>
    </form>
  );
}

interface PasswordStepProps extends StepProps {
  /** Typed here when the server does not know it yet. */
  readonly phone: string;
  readonly setPhone: (phone: string) => void;
  readonly onCode: () => void;
}

export function PasswordStep({ flow, state, busy, problem, phone, setPhone, onCode }: PasswordStepProps) {
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(false);
  const [wrong, setWrong] = useState<{ phone: boolean; password: boolean }>({ phone: false, password: false });
  const asksPhone = state.step === "phone";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const found = { phone: asksPhone && !looksLikePhone(phone), password: password === "" };
    setWrong(found);
    if (!found.phone && !found.password) flow.password(password, asksPhone ? phone : null);
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <h1 className="card__title">{say.passwordTitle}</h1>
      {asksPhone ? (
        <TextField
          label={say.phone}
          value={phone}
          onChange={setPhone}
          error={wrong.phone ? account.field.phone : null}
          type="tel"
          inputMode="tel"
          autoComplete="username"
          maxLength={40}
          onBlur={(event) => setPhone(tidyPhone(event.target.value))}
          data-testid="sign-in-phone"
        />
      ) : (
        <p className="card__text">{state.phone}</p>
      )}
      <TextField
        label={say.password}
        value={password}
        onChange={setPassword}
        error={wrong.password ? account.field.required : null}
        type={shown ? "text" : "password"}
        autoComplete="current-password"
        maxLength={200}
        autoFocus
        data-testid="sign-in-password"
      />
      <label className="tick__label">
        <input type="checkbox" checked={shown} onChange={(event) => setShown(event.target.checked)} />
        <span>{say.show}</span>
      </label>
      <ProblemLine problem={problem} />
      <Button type="submit" size="l" stretched loading={busy} data-testid="sign-in-enter">
        {say.signIn}
      </Button>
      <Button mode="tertiary" size="l" disabled={busy} onClick={onCode}>
        {say.withCode}
      </Button>
    </form>
  );
}
