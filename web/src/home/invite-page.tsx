/** `/i/{token}`: an invite link to a call: as oneself, or as a guest where that is allowed. */

import { Icon56CheckCircleOutline, Icon56ClockCircleDashedOutline, Icon56Users3Outline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import { useState, type SubmitEvent } from "react";

import { dayAndTime } from "../parts/dates";
import { TextField } from "../parts/fields";
import { ShowLoaded, useLoaded } from "../parts/loaded";
import { go, signInFor } from "../parts/navigation";
import { ProblemLine } from "../parts/problem-line";
import { Sheet } from "../parts/sheet";
import { useTitle } from "../parts/title";
import { enterByInvite, getInvite, type Invite } from "../protocol/linking";
import { asProblem, Problem } from "../protocol/problem";
import { account } from "../words/account";

const { invite: say } = account;

const UNKNOWN: Invite = { call: null, state: "unknown", signed_in: null, guests: false };
const NOT_FOUND = 404;
const NAME_LENGTH = 80; // characters, as many as fit under a picture in two lines

async function inviteOf(token: string): Promise<Invite> {
  try {
    return await getInvite(token);
  } catch (error) {
    if (error instanceof Problem && error.status === NOT_FOUND) return UNKNOWN;
    throw error;
  }
}

export function InvitePage({ token }: { readonly token: string }) {
  const invite = useLoaded(() => inviteOf(token), token);
  useTitle(say.title);
  return (
    <Sheet narrow>
      <ShowLoaded loaded={invite}>{(value) => <Invited invite={value} token={token} />}</ShowLoaded>
    </Sheet>
  );
}

function Invited({ invite, token }: { readonly invite: Invite; readonly token: string }) {
  const { call, state } = invite;
  if (state !== "open" || !call) return <Closed {...say.gone[state === "open" ? "unknown" : state]} why={state} />;
  if (call.status === "ended") return <Closed title={say.endedTitle} text={say.endedText} why="ended" />;
  return (
    <section className="card" data-testid="invite">
      <div className="quiet__icon" aria-hidden="true">
        {call.status === "running" ? <Icon56Users3Outline /> : <Icon56ClockCircleDashedOutline />}
      </div>
      <h1 className="card__title card__title_centred">{call.title}</h1>
      <p className="card__text card__text_centred">
        {dayAndTime(call.starts_at)} · {account.home[call.status]}
      </p>
      <Entrance invite={invite} token={token} />
    </section>
  );
}

function Entrance({ invite, token }: { readonly invite: Invite; readonly token: string }) {
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const enter = async (as: string | null) => {
    setBusy(true);
    setProblem(null);
    try {
      const { call } = await enterByInvite(token, as);
      go(`/call/${encodeURIComponent(call)}`);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  if (invite.signed_in) {
    return (
      <>
        <p className="card__text card__text_centred">{say.signedAs(invite.signed_in.name)}</p>
        <ProblemLine problem={problem} />
        <Button size="l" stretched loading={busy} onClick={() => void enter(null)} data-testid="invite-enter">
          {say.enter}
        </Button>
      </>
    );
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const clean = name.trim().replace(/\s+/gu, " ");
    setWrong(clean === "");
    if (clean !== "") void enter(clean);
  };
  return (
    <>
      <Button size="l" stretched mode={invite.guests ? "secondary" : "primary"} href={signInFor(`/i/${token}`)}>
        {say.signIn}
      </Button>
      {invite.guests ? (
        <form className="form" onSubmit={submit} noValidate>
          <p className="form__or">{say.orGuest}</p>
          <TextField
            label={say.name}
            value={name}
            onChange={(value) => {
              setName(value);
              setWrong(false);
            }}
            hint={say.nameHint}
            error={wrong ? account.field.required : null}
            autoComplete="name"
            maxLength={NAME_LENGTH}
            data-testid="guest-name"
          />
          <ProblemLine problem={problem} />
          <Button type="submit" size="l" stretched loading={busy} data-testid="guest-enter">
            {say.asGuest}
          </Button>
        </form>
      ) : (
        <p className="card__small">{say.noGuests}</p>
      )}
    </>
  );
}

function Closed({ title, text, why }: { readonly title: string; readonly text: string; readonly why: string }) {
  return (
    <section className="card card_centred" data-testid="invite-closed" data-why={why}>
      <div className="quiet__icon quiet__icon_warm" aria-hidden="true">
        <Icon56CheckCircleOutline />
      </div>
      <h1 className="card__title">{title}</h1>
      <p className="card__text">{text}</p>
    </section>
  );
}
