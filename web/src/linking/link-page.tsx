/** `/link/{code}`: who is being linked, the wizard inside when nobody is signed in, one button, success per role. */

import { Icon56LinkCircleOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import { useCallback, useState } from "react";

import { ShowLoaded, useLoaded } from "../parts/loaded";
import { ProblemLine } from "../parts/problem-line";
import { Sheet } from "../parts/sheet";
import { Stepper } from "../parts/stepper";
import { useTitle } from "../parts/title";
import { acceptLink, getLinkSession, type LinkDone, type LinkSession } from "../protocol/linking";
import { asProblem, Problem } from "../protocol/problem";
import { getProfile, type Profile } from "../protocol/profile";
import type { Outcome } from "../sign-in/flow";
import { SignInWizard } from "../sign-in/wizard";
import { account } from "../words/account";
import { Linked } from "./linked-page";

const { link: say } = account;

interface Situation {
  readonly session: LinkSession | null;
  readonly profile: Profile | null;
}

/** What the code stands for and who is signed in here; a code nobody knows is a situation, not a failure. */
async function situationOf(code: string): Promise<Situation> {
  const [session, profile] = await Promise.all([
    getLinkSession(code).catch((error: unknown) => unless("link_unknown", error)),
    getProfile().catch((error: unknown) => unless("session_missing", error)),
  ]);
  return { session, profile };
}

function unless(reason: string, error: unknown): null {
  if (error instanceof Problem && error.reason === reason) return null;
  throw error;
}

export function LinkPage({ code }: { readonly code: string }) {
  const situation = useLoaded(() => situationOf(code), code);
  useTitle(say.title);
  return (
    <Sheet narrow>
      <ShowLoaded loaded={situation}>
        {(value) => <LinkFlow code={code} situation={value} onChange={situation.reload} />}
      </ShowLoaded>
    </Sheet>
  );
}

interface LinkFlowProps {
  readonly code: string;
  readonly situation: Situation;
  readonly onChange: () => void;
}

function LinkFlow({ code, situation, onChange }: LinkFlowProps) {
  const { session, profile } = situation;
  const [done, setDone] = useState<LinkDone | null>(null);
  const [outcome, setOutcome] = useState<Outcome>("entered");
  const signedIn = useCallback(
    (how: Outcome) => {
      setOutcome(how);
      onChange();
    },
    [onChange],
  );
  if (done) return <Linked role={done.role} back={done.next} />;
  if (!session) return <Gone why="unknown" />;
  if (session.state !== "open") return <Gone why={session.state} />;
  if (!profile) {
    return (
      <>
        <Who session={session} />
        <SignInWizard next={`/link/${code}`} link={code} then={["link"]} onDone={signedIn} />
      </>
    );
  }
  return <Confirm code={code} session={session} profile={profile} outcome={outcome} onDone={setDone} />;
}

function Who({ session }: { readonly session: LinkSession }) {
  const { person, school, class_titles: classes, journal } = session;
  return (
    <section className="card who" data-testid="link-who">
      <p className="who__label">{say.who}</p>
      <h2 className="who__name">{person.name}</h2>
      <dl className="facts">
        <dt>{account.role[person.role]}</dt>
        <dd>{[school, classes.join(", ")].filter(Boolean).join(" · ") || journal.title}</dd>
        <dt>{say.journal}</dt>
        <dd>{journal.title}</dd>
      </dl>
      <p className="who__text">{say.text}</p>
    </section>
  );
}

interface ConfirmProps {
  readonly code: string;
  readonly session: LinkSession;
  readonly profile: Profile;
  readonly outcome: Outcome;
  readonly onDone: (done: LinkDone) => void;
}

function Confirm({ code, session, profile, outcome, onDone }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const accept = async () => {
    setBusy(true);
    setProblem(null);
    try {
      onDone(await acceptLink(code));
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const name = [profile.family_name, profile.given_name, profile.patronymic].filter(Boolean).join(" ");
  return (
    <>
      <Who session={session} />
      <section className="card" data-testid="link-confirm">
        {outcome === "created" && <Stepper steps={["phone", "code", "form", "consent", "link"]} current="link" />}
        {outcome === "created" && (
          <p className="card__good" role="status">
            {account.signIn.createdTitle}
          </p>
        )}
        <h1 className="card__title">{say.title}</h1>
        <dl className="facts">
          <dt>{say.yours}</dt>
          <dd>{name}</dd>
        </dl>
        {session.profile_matches === false && <p className="card__note">{say.mismatch}</p>}
        <ProblemLine problem={problem} />
        <Button size="l" stretched loading={busy} onClick={() => void accept()} data-testid="link-accept">
          {say.accept}
        </Button>
        <Button mode="tertiary" size="l" href="/" disabled={busy}>
          {say.notMe}
        </Button>
      </section>
    </>
  );
}

function Gone({ why }: { readonly why: keyof typeof say.gone }) {
  const { title, text } = say.gone[why];
  return (
    <section className="card card_centred" data-testid="link-gone" data-why={why}>
      <div className={`quiet__icon${why === "linked_already" ? "" : " quiet__icon_warm"}`} aria-hidden="true">
        <Icon56LinkCircleOutline />
      </div>
      <h1 className="card__title">{title}</h1>
      <p className="card__text">{text}</p>
      <Button size="l" href="/">
        {say.home}
      </Button>
      {why === "unknown" && (
        <Button mode="tertiary" size="l" href="/link">
          {say.codeTitle}
        </Button>
      )}
    </section>
  );
}
