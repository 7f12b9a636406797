/** `/school/{id}/classes/{class}/invitations`: a sheet to print, one slip per person who has not linked. */

import { Icon20ChevronLeftOutline } from "@vkontakte/icons";

import { ShowLoaded, useLoaded } from "../parts/loaded";
import { PrintButton } from "../parts/print-button";
import { Sheet } from "../parts/sheet";
import { useTitle } from "../parts/title";
import { TopMenu } from "../parts/top-menu";
import { getClassInvitations, type ClassInvitations } from "../protocol/school";
import { account } from "../words/account";
import { school as words } from "../words/school";
import { Slip } from "./invitation-slip";

const { sheet: say } = words;

export function SheetPage({ school, schoolClass }: { readonly school: string; readonly schoolClass: string }) {
  const loaded = useLoaded(() => getClassInvitations(school, schoolClass), `${school} ${schoolClass}`);
  useTitle(loaded.state.at === "here" ? say.title(loaded.state.value.class_title) : words.school.invitations);
  return (
    <Sheet aside={<TopMenu />} testId="invitations">
      <a className="back" href="/">
        <Icon20ChevronLeftOutline aria-hidden="true" /> {account.link.home}
      </a>
      <ShowLoaded loaded={loaded}>{(value) => <Slips sheet={value} />}</ShowLoaded>
    </Sheet>
  );
}

function Slips({ sheet }: { readonly sheet: ClassInvitations }) {
  const { data, class_title: title } = sheet;
  return (
    <>
      <h1 className="sheet__title">{say.title(title)}</h1>
      {data.length === 0 ? (
        <p className="card card__text">{say.allLinked}</p>
      ) : (
        <>
          <div className="sheet-head">
            <p className="card__small">
              {say.slips(data.length)}. {say.text}
            </p>
            <PrintButton />
          </div>
          <ul className="slips">
            {data.map((one) => (
              <li key={one.person}>
                <Slip name={one.name} role={one.role} invitation={one} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
