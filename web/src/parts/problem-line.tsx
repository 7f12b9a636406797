/** A problem inside a form, read out as soon as it appears. */

import { Icon20ErrorCircleOutline } from "@vkontakte/icons";

import type { Problem } from "../protocol/problem";
import { wordsFor } from "./problem-words";

export function ProblemLine({ problem }: { readonly problem: Problem | null }) {
  if (!problem) return null;
  return (
    <div className="fault" role="alert" data-testid="form-problem" data-code={problem.reason}>
      <Icon20ErrorCircleOutline className="fault__icon" aria-hidden="true" />
      <p className="fault__only">{wordsFor(problem)}</p>
    </div>
  );
}
