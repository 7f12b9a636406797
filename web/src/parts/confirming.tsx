/** A window that asks once more before something is done that has consequences. */

import { Button } from "@vkontakte/vkui";
import { useState } from "react";

import { asProblem, type Problem } from "../protocol/problem";
import { account } from "../words/account";
import { Dialog } from "./dialog";
import { ProblemLine } from "./problem-line";

interface ConfirmingProps {
  readonly title: string;
  /** What follows. */
  readonly text: string;
  readonly button: string;
  /** May raise `Problem`, which is shown. */
  readonly act: () => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function Confirming({ title, text, button, act, onDone, onClose }: ConfirmingProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="card__small">{text}</p>
      <ProblemLine problem={problem} />
      <div className="dialog__buttons">
        <Button size="l" appearance="negative" loading={busy} onClick={() => void confirm()}>
          {button}
        </Button>
        <Button size="l" mode="secondary" onClick={onClose}>
          {account.common.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
