/** Something that is fetched when a part of the page appears: loading, a problem with another try, or the thing. */

import { Icon56ErrorTriangleOutline, Icon56LockOutline } from "@vkontakte/icons";
import { Button, Spinner } from "@vkontakte/vkui";
import { useCallback, useEffect, useState, type ReactNode } from "react";

import { asProblem, type Problem } from "../protocol/problem";
import { account } from "../words/account";
import { signInFor } from "./navigation";
import { wordsFor } from "./problem-words";

export type Loading<T> =
  | { readonly at: "loading" }
  | { readonly at: "problem"; readonly problem: Problem }
  | { readonly at: "here"; readonly value: T };

export interface Loaded<T> {
  readonly state: Loading<T>;
  /** Fetches again; what is there stays on the page until the answer. */
  readonly reload: () => void;
  readonly set: (value: T) => void;
}

/** Fetches by `load`, again whenever `key` is another one. An answer to an older question is thrown away. */
export function useLoaded<T>(load: () => Promise<T>, key = ""): Loaded<T> {
  const [round, setRound] = useState(0);
  const [known, setKnown] = useState<{ key: string; state: Loading<T> }>({ key, state: { at: "loading" } });
  useEffect(() => {
    let current = true;
    const tell = (state: Loading<T>) => {
      if (current) setKnown({ key, state });
    };
    load().then(
      (value) => tell({ at: "here", value }),
      (error: unknown) => tell({ at: "problem", problem: asProblem(error) }),
    );
    return () => {
      current = false;
    };
    // `load` is a new function at every rendering; `key` says when it asks something else.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  const set = useCallback((value: T) => setKnown({ key, state: { at: "here", value } }), [key]);
  return { state: known.key === key ? known.state : { at: "loading" }, reload, set };
}

interface ShowLoadedProps<T> {
  readonly loaded: Loaded<T>;
  readonly children: (value: T) => ReactNode;
}

export function ShowLoaded<T>({ loaded, children }: ShowLoadedProps<T>) {
  const { state } = loaded;
  if (state.at === "loading") return <Waiting />;
  if (state.at === "problem") return <ProblemCard problem={state.problem} onAgain={loaded.reload} />;
  return children(state.value);
}

export function Waiting() {
  return (
    <div className="waiting" role="status">
      <Spinner size="l">{null}</Spinner>
      <p>{account.common.loading}</p>
    </div>
  );
}

/** A problem that takes the place of what was asked for. */
export function ProblemCard({ problem, onAgain }: { readonly problem: Problem; readonly onAgain: () => void }) {
  const here = window.location.pathname + window.location.search;
  return (
    <section className="card card_centred" data-testid="problem" data-code={problem.reason}>
      <div className="quiet__icon quiet__icon_warm" aria-hidden="true">
        {problem.passing ? <Icon56ErrorTriangleOutline /> : <Icon56LockOutline />}
      </div>
      <p className="card__text" role="alert">
        {wordsFor(problem)}
      </p>
      {problem.reason === "session_missing" ? (
        <Button size="l" href={signInFor(here)}>
          {account.signIn.signIn}
        </Button>
      ) : (
        <Button size="l" onClick={onAgain}>
          {account.common.retry}
        </Button>
      )}
    </section>
  );
}
