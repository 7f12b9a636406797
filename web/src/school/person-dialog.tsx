/** What an administrator can do for one person: invite, unlink, split, export, erase. */

import { Button } from "@vkontakte/vkui";
import { useState, type ReactNode } from "react";

import { Dialog } from "../parts/dialog";
import { TextField } from "../parts/fields";
import { ProblemLine } from "../parts/problem-line";
import { asProblem, type Problem } from "../protocol/problem";
import { erase, exportAddress, invite, split, unlink, type Invitation, type SchoolPerson } from "../protocol/school";
import { PersonalForm } from "../sign-in/personal-form";
import { school as words } from "../words/school";
import { InvitationSlip } from "./invitation-slip";

const { person: say } = words;

interface PersonDialogProps {
  readonly school: string;
  readonly person: SchoolPerson;
  readonly onClose: () => void;
  /** Something about the person has changed. */
  readonly onChange: () => void;
}

/** One thing at a time: the others fold while one is being done. */
type Doing = "unlink" | "split" | "erase" | null;

type Done =
  | { readonly kind: "invited" | "split"; readonly invitation: Invitation }
  | { readonly kind: "unlinked" | "erased" };

interface Work {
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly run: (act: () => Promise<Done>) => void;
}

export function PersonDialog({ school, person, onClose, onChange }: PersonDialogProps) {
  const [doing, setDoing] = useState<Doing>(null);
  const [done, setDone] = useState<Done | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = (act: () => Promise<Done>) => {
    setBusy(true);
    setProblem(null);
    act().then(
      (result) => {
        setBusy(false);
        setDone(result);
        setDoing(null);
        onChange();
      },
      (error: unknown) => {
        setBusy(false);
        setProblem(asProblem(error));
      },
    );
  };
  const work: Work = { busy, problem, run };
  return (
    <Dialog title={person.name} onClose={onClose}>
      {done ? (
        <Result person={person} done={done} />
      ) : (
        <Actions school={school} person={person} doing={doing} setDoing={setDoing} work={work} />
      )}
    </Dialog>
  );
}

function Result({ person, done }: { readonly person: SchoolPerson; readonly done: Done }) {
  if (done.kind === "invited" || done.kind === "split") {
    return (
      <>
        {done.kind === "split" && (
          <p className="card__good" role="status">
            {say.splitDone}
          </p>
        )}
        <InvitationSlip name={person.name} role={person.role} invitation={done.invitation} />
      </>
    );
  }
  return (
    <p className="card__good" role="status" data-testid="person-done">
      {say[done.kind]}
    </p>
  );
}

interface ActionsProps {
  readonly school: string;
  readonly person: SchoolPerson;
  readonly doing: Doing;
  readonly setDoing: (doing: Doing) => void;
  readonly work: Work;
}

function Actions({ school, person, doing, setDoing, work }: ActionsProps) {
  const linked = person.linked_at !== null;
  const toggle = (what: Doing) => setDoing(doing === what ? null : what);
  return (
    <div className="acts" data-testid="person-actions">
      {doing === null && <ProblemLine problem={work.problem} />}
      {!linked && (
        <Act title={say.invitation} text={say.invitationText}>
          <Button
            size="m"
            loading={work.busy}
            onClick={() => work.run(async () => ({ kind: "invited", invitation: await invite(school, person.id) }))}
            data-testid="person-invite"
          >
            {say.invitation}
          </Button>
        </Act>
      )}
      {linked && (
        <Act title={say.unlink} text={say.unlinkText} open={doing === "unlink"} onToggle={() => toggle("unlink")}>
          <ProblemLine problem={work.problem} />
          <Button
            size="m"
            appearance="negative"
            loading={work.busy}
            onClick={() => work.run(async () => unlink(school, person.id).then(() => ({ kind: "unlinked" })))}
          >
            {say.unlink}
          </Button>
        </Act>
      )}
      {linked && person.role === "student" && (
        <Act title={say.split} text={say.splitText} open={doing === "split"} onToggle={() => toggle("split")}>
          <SplitForm school={school} person={person} work={work} />
        </Act>
      )}
      <Act title={say.export} text={say.exportText}>
        <Button size="m" mode="secondary" href={exportAddress(school, person.id)} download={`${person.ext_id}.json`}>
          {say.export}
        </Button>
      </Act>
      {linked && (
        <Act title={say.erase} text={say.eraseText} open={doing === "erase"} onToggle={() => toggle("erase")}>
          <EraseForm school={school} person={person} work={work} />
        </Act>
      )}
    </div>
  );
}

interface ActProps {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
  /** Given for what is done in two steps: first opened, then done. */
  readonly open?: boolean;
  readonly onToggle?: () => void;
}

function Act({ title, text, children, open = true, onToggle }: ActProps) {
  return (
    <section className="act">
      {onToggle ? (
        <button type="button" className="act__toggle" aria-expanded={open} onClick={onToggle}>
          {title}
        </button>
      ) : (
        <h3 className="act__title">{title}</h3>
      )}
      {open && (
        <>
          <p className="card__small">{text}</p>
          {children}
        </>
      )}
    </section>
  );
}

interface PersonWork {
  readonly school: string;
  readonly person: SchoolPerson;
  readonly work: Work;
}

function SplitForm({ school, person, work }: PersonWork) {
  const [family = "", given = "", patronymic = ""] = person.name.split(" ");
  return (
    <PersonalForm
      prefill={{ family_name: family, given_name: given, patronymic }}
      own={false}
      busy={work.busy}
      problem={work.problem}
      button={say.split}
      onSend={(names) =>
        work.run(async () => ({ kind: "split", invitation: await split(school, person.id, names) }))
      }
    />
  );
}

function EraseForm({ school, person, work }: PersonWork) {
  const [typed, setTyped] = useState("");
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        work.run(async () => erase(school, person.id, typed.trim()).then(() => ({ kind: "erased" })));
      }}
    >
      <TextField label={say.eraseConfirm} value={typed} onChange={setTyped} autoComplete="off" data-testid="erase-confirm" />
      <ProblemLine problem={work.problem} />
      <Button type="submit" size="m" appearance="negative" loading={work.busy} disabled={typed.trim() === ""}>
        {say.eraseButton}
      </Button>
    </form>
  );
}
