/** The profile's and the school's pages, as one chunk: for people who look after data, their own or a school's. */

import "../style/sheet.css";
import "../style/form.css";
import "../style/school.css";

import { UnknownPage } from "../pages/unknown-page";
import { ProfilePage } from "../profile/profile-page";
import { AuditPage } from "./audit-page";
import { OverviewPage } from "./overview-page";
import { PeoplePage } from "./people-page";
import { SheetPage } from "./sheet-page";

export default function SchoolPages({ path, search }: { readonly path: string; readonly search: string }) {
  const [first, school, what, schoolClass, last] = path.split("/").filter(Boolean).map(decodeURIComponent);
  if (first === "profile") return <ProfilePage />;
  if (school === undefined) return <UnknownPage />;
  if (what === undefined) return <OverviewPage school={school} />;
  if (what === "people") return <PeoplePage school={school} search={search} />;
  if (what === "audit") return <AuditPage school={school} />;
  if (what === "classes" && schoolClass !== undefined && last === "invitations") {
    return <SheetPage school={school} schoolClass={schoolClass} />;
  }
  return <UnknownPage />;
}
