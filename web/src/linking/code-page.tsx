/** `/link`: a link code typed by hand. */

import { Button } from "@vkontakte/vkui";
import { useState, type SubmitEvent } from "react";

import { TextField } from "../parts/fields";
import { go } from "../parts/navigation";
import { Sheet } from "../parts/sheet";
import { useTitle } from "../parts/title";
import { account } from "../words/account";

const { link: say } = account;

const LENGTHS: readonly number[] = [6, 9]; // characters without dashes: off a screen, off a sheet

/** «4F7-K2M» from any writing, null when it cannot be a code. Which letters may stand in it is the server's business. */
export function tidyCode(text: string): string | null {
  const letters = text.replace(/[^\p{L}\d]/gu, "").toUpperCase();
  return LENGTHS.includes(letters.length) ? (letters.match(/.{3}/gu) ?? []).join("-") : null;
}

export function CodePage() {
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState(false);
  useTitle(say.codeTitle);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const tidy = tidyCode(code);
    setWrong(tidy === null);
    if (tidy !== null) go(`/link/${tidy}`);
  };
  return (
    <Sheet narrow>
      <form className="card form" onSubmit={submit} noValidate>
        <h1 className="card__title">{say.codeTitle}</h1>
        <p className="card__text">{say.codeText}</p>
        <TextField
          label={say.code}
          value={code}
          onChange={setCode}
          hint={say.codeHint}
          error={wrong ? say.codeWrong : null}
          className="code-input"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={20}
          autoFocus
          data-testid="link-code"
        />
        <Button type="submit" size="l" stretched data-testid="link-code-next">
          {say.codeNext}
        </Button>
      </form>
    </Sheet>
  );
}
