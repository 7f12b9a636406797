/** `/entry?problem=…`: why an entry link from the journal, or the way through another service, did not work. */

import { Icon56LinkCircleOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";

import { Notice } from "../parts/notice";
import { useTitle } from "../parts/title";
import { words } from "../words";

type Known = Exclude<keyof typeof words.entry, "again">;

/** Problems that another sign-in may mend; a ticket must come from the journal again. */
const MENDABLE: ReadonlySet<Known> = new Set<Known>([
  "provider_failed",
  "provider_denied",
  "provider_unknown",
  "sign_in_expired",
]);

function knownOf(problem: string | null): Known {
  return problem !== null && problem !== "again" && Object.hasOwn(words.entry, problem) ? (problem as Known) : "ticket_unknown";
}

export function EntryPage({ problem }: { readonly problem: string | null }) {
  const known = knownOf(problem);
  const { title, text } = words.entry[known];
  useTitle(title);
  return (
    <Notice icon={<Icon56LinkCircleOutline />} tone="warm" title={title} text={text} testId="entry-problem">
      {MENDABLE.has(known) && (
        <Button size="l" href="/sign-in">
          {words.entry.again}
        </Button>
      )}
    </Notice>
  );
}
