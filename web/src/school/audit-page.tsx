/** `/school/{id}/audit`: who did what with people's data, newest first. */

import { Button } from "@vkontakte/vkui";
import { useState } from "react";

import { momentOf } from "../parts/dates";
import { ShowLoaded, useLoaded } from "../parts/loaded";
import { ProblemLine } from "../parts/problem-line";
import { useTitle } from "../parts/title";
import { asProblem, type Problem } from "../protocol/problem";
import { getAudit, type AuditEntry, type Page } from "../protocol/school";
import { account } from "../words/account";
import { school as words } from "../words/school";
import { SchoolFrame } from "./frame";

const { audit: say } = words;

export function AuditPage({ school }: { readonly school: string }) {
  const loaded = useLoaded(() => getAudit(school, null), school);
  useTitle(say.title);
  return (
    <SchoolFrame school={school} section="audit" title={say.title}>
      <p className="card__small">{say.text}</p>
      <ShowLoaded loaded={loaded}>
        {(page) => <Entries school={school} page={page} onMore={loaded.set} />}
      </ShowLoaded>
    </SchoolFrame>
  );
}

interface EntriesProps {
  readonly school: string;
  readonly page: Page<AuditEntry>;
  readonly onMore: (page: Page<AuditEntry>) => void;
}

function Entries({ school, page, onMore }: EntriesProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const more = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const next = await getAudit(school, page.next);
      onMore({ ...next, data: [...page.data, ...next.data] });
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  if (page.data.length === 0) return <p className="card card__text">{say.empty}</p>;
  return (
    <>
      <table className="people">
        <caption className="for-ears">{say.title}</caption>
        <thead>
          <tr>
            <th scope="col">{say.what}</th>
            <th scope="col">{say.who}</th>
            <th scope="col">{say.whom}</th>
            <th scope="col">{say.when}</th>
          </tr>
        </thead>
        <tbody>
          {page.data.map((entry, index) => (
            <tr key={index} data-testid="audit-row">
              <th scope="row">{say.action[entry.action] ?? entry.action}</th>
              <td>{entry.actor_name ?? say.system}</td>
              <td>{entry.subject_name ?? ""}</td>
              <td>{momentOf(entry.at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ProblemLine problem={problem} />
      {page.has_more && (
        <div className="people__more">
          <Button mode="secondary" size="l" loading={busy} onClick={() => void more()}>
            {account.common.more}
          </Button>
        </div>
      )}
    </>
  );
}
