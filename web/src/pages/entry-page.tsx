/** Why an entry link from the journal did not work. */

import { Icon56LinkCircleOutline } from "@vkontakte/icons";

import { Notice } from "../parts/notice";
import { useTitle } from "../parts/title";
import { words } from "../words";

export function EntryPage({ problem }: { readonly problem: string | null }) {
  const known = problem === "ticket_used" || problem === "ticket_expired" ? problem : "ticket_unknown";
  const { title, text } = words.entry[known];
  useTitle(title);
  return <Notice icon={<Icon56LinkCircleOutline />} tone="warm" title={title} text={text} testId="entry-problem" />;
}
