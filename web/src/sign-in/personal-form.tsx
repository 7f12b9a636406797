/** The form about a person: names, birth date, gender. Used by the wizard, the profile page and the split of a profile. */

import { Button } from "@vkontakte/vkui";
import { useState, type ReactNode, type SubmitEvent } from "react";

import { readDate, writtenDate } from "../parts/dates";
import { ChoiceField, TextField } from "../parts/fields";
import { ProblemLine } from "../parts/problem-line";
import type { Gender, PersonalData } from "../protocol/people";
import type { Problem } from "../protocol/problem";
import { account } from "../words/account";

interface Draft {
  readonly family_name: string;
  readonly given_name: string;
  readonly patronymic: string;
  readonly birth_date: string;
  readonly gender: Gender | null;
}

type Errors = Partial<Record<keyof Draft, string>>;

const NAME = /^[\p{L}][\p{L}\p{M}'’ .-]*$/u;
const OLDEST = 120; // years
const YOUNGEST = 6; // years

function draftOf(data: Partial<PersonalData> | null): Draft {
  return {
    family_name: data?.family_name ?? "",
    given_name: data?.given_name ?? "",
    patronymic: data?.patronymic ?? "",
    birth_date: data?.birth_date ? writtenDate(data.birth_date) : "",
    gender: data?.gender ?? null,
  };
}

function nameError(name: string, required: boolean): string | null {
  if (name.trim() === "") return required ? account.field.required : null;
  return NAME.test(name.trim()) ? null : account.field.name;
}

function birthError(text: string, today: Date): string | null {
  if (text.trim() === "") return account.field.required;
  const date = readDate(text);
  if (!date) return account.field.birth;
  const years = today.getFullYear() - Number(date.slice(0, 4));
  return years < YOUNGEST || years > OLDEST ? account.field.birthRange : null;
}

/** What the page itself can see to be wrong. */
export function errorsOf(draft: Draft, today: Date): Errors {
  const found: Record<keyof Draft, string | null> = {
    family_name: nameError(draft.family_name, true),
    given_name: nameError(draft.given_name, true),
    patronymic: nameError(draft.patronymic, false),
    birth_date: birthError(draft.birth_date, today),
    gender: draft.gender ? null : account.field.gender,
  };
  return Object.fromEntries(Object.entries(found).filter(([, error]) => error !== null));
}

function refusedBy(problem: Problem | null): Errors {
  const fields: Record<string, string> = {
    family_name: account.field.name,
    given_name: account.field.name,
    patronymic: account.field.name,
    birth_date: account.field.birthRange,
    gender: account.field.gender,
  };
  const entries = (problem?.fields ?? []).flatMap(({ field }) => {
    const name = field.split(".").at(-1) ?? "";
    return fields[name] ? [[name, fields[name]]] : [];
  });
  return Object.fromEntries(entries) as Errors;
}

interface PersonalFormProps {
  readonly prefill: Partial<PersonalData> | null;
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly button: string;
  readonly onSend: (data: PersonalData) => void;
  /** The person fills it in about themself: the browser may help. */
  readonly own?: boolean;
  readonly children?: ReactNode;
}

export function PersonalForm({ prefill, busy, problem, button, onSend, own = true, children }: PersonalFormProps) {
  const [draft, setDraft] = useState(() => draftOf(prefill));
  const [errors, setErrors] = useState<Errors>({});
  const shown: Errors = { ...refusedBy(problem), ...errors };
  const set = (fields: Partial<Draft>) => {
    setDraft((last) => ({ ...last, ...fields }));
    const gone = new Set(Object.keys(fields));
    setErrors((last) => Object.fromEntries(Object.entries(last).filter(([name]) => !gone.has(name))));
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const found = errorsOf(draft, new Date());
    setErrors(found);
    const { gender } = draft;
    const birth = readDate(draft.birth_date);
    if (Object.keys(found).length > 0 || !gender || !birth) return;
    onSend({
      family_name: draft.family_name.trim(),
      given_name: draft.given_name.trim(),
      patronymic: draft.patronymic.trim() || null,
      birth_date: birth,
      gender,
    });
  };
  const text = (name: "family_name" | "given_name" | "patronymic", label: string, autoComplete: string) => (
    <TextField
      label={label}
      value={draft[name]}
      onChange={(value) => set({ [name]: value })}
      error={shown[name]}
      autoComplete={own ? autoComplete : "off"}
      maxLength={100}
      data-testid={`form-${name}`}
    />
  );
  return (
    <form className="form" onSubmit={submit} noValidate data-testid="personal-form">
      {text("family_name", account.signIn.familyName, "family-name")}
      {text("given_name", account.signIn.givenName, "given-name")}
      {text("patronymic", account.signIn.patronymic, "additional-name")}
      <TextField
        label={account.signIn.birthDate}
        value={draft.birth_date}
        onChange={(value) => set({ birth_date: value })}
        hint={account.signIn.birthHint}
        error={shown.birth_date}
        inputMode="numeric"
        autoComplete={own ? "bday" : "off"}
        placeholder="ДД.ММ.ГГГГ"
        maxLength={20}
        onBlur={() => {
          const date = readDate(draft.birth_date);
          if (date) setDraft((last) => ({ ...last, birth_date: writtenDate(date) }));
        }}
        data-testid="form-birth_date"
      />
      <ChoiceField
        label={account.signIn.gender}
        value={draft.gender}
        onChange={(gender) => set({ gender })}
        error={shown.gender}
        choices={[
          { value: "female", label: account.signIn.female },
          { value: "male", label: account.signIn.male },
        ]}
      />
      {children}
      <ProblemLine problem={problem} />
      <Button type="submit" size="l" stretched loading={busy} data-testid="form-send">
        {button}
      </Button>
    </form>
  );
}
