/** `/school/{id}`: per role and per class who has linked and who has not. */

import { Button } from "@vkontakte/vkui";

import { ShowLoaded, useLoaded } from "../parts/loaded";
import { useTitle } from "../parts/title";
import type { Role } from "../protocol/calls";
import { getSchool, type Counted, type School, type SchoolClass } from "../protocol/school";
import { school as say } from "../words/school";
import { SchoolFrame } from "./frame";

const ROLES: readonly Role[] = ["teacher", "student", "parent"];

export function OverviewPage({ school }: { readonly school: string }) {
  const loaded = useLoaded(() => getSchool(school), school);
  const name = loaded.state.at === "here" ? loaded.state.value.name : say.school.title;
  useTitle(name);
  return (
    <SchoolFrame school={school} section="overview" title={name}>
      <ShowLoaded loaded={loaded}>{(value) => <Overview school={value} />}</ShowLoaded>
    </SchoolFrame>
  );
}

function Overview({ school }: { readonly school: School }) {
  const people = `/school/${encodeURIComponent(school.id)}/people`;
  return (
    <>
      <section className="card" aria-labelledby="school-who">
        <h2 className="card__heading" id="school-who">
          {say.school.who}
        </h2>
        <p className="card__small">{say.school.whoText}</p>
        <ul className="counts">
          {ROLES.map((role) => (
            <li key={role} className="count" data-testid={`count-${role}`}>
              <a className="count__role" href={`${people}?role=${role}&status=unlinked`}>
                {say.roles[role]}
              </a>
              <Bar counted={school.counts[role]} />
            </li>
          ))}
        </ul>
      </section>
      <section className="card" aria-labelledby="school-classes">
        <h2 className="card__heading" id="school-classes">
          {say.school.classes}
        </h2>
        {school.classes.length === 0 && <p className="card__small">{say.school.noClasses}</p>}
        <ul className="plain">
          {school.classes.map((one) => (
            <OneClass key={one.id} school={school.id} one={one} />
          ))}
        </ul>
      </section>
    </>
  );
}

/** The share as a bar and, for everybody, in words. */
function Bar({ counted }: { readonly counted: Counted }) {
  const { linked, all } = counted;
  const share = all === 0 ? 0 : linked / all;
  return (
    <>
      <span className="bar-share" aria-hidden="true">
        <span className="bar-share__done" style={{ width: `${Math.round(share * 100)}%` }} />
      </span>
      <span className="count__words">
        <b>{say.school.linkedOf(linked, all)}</b>
        <span className="count__left">{all === 0 ? say.school.nobody : say.school.left(all - linked)}</span>
      </span>
    </>
  );
}

function OneClass({ school, one }: { readonly school: string; readonly one: SchoolClass }) {
  const base = `/school/${encodeURIComponent(school)}`;
  const id = encodeURIComponent(one.id);
  return (
    <li className="class-row" data-testid="class-row">
      <div className="class-row__title">
        <a href={`${base}/people?class=${id}`} aria-label={say.school.peopleOf(one.title)}>
          {one.title}
        </a>
        <span className="class-row__head">{one.head_teacher ? say.school.head(one.head_teacher) : say.school.noHead}</span>
      </div>
      <div className="class-row__share">
        <Bar counted={one} />
      </div>
      <Button
        mode="secondary"
        size="m"
        href={`${base}/classes/${id}/invitations`}
        aria-label={say.school.invitationsFor(one.title)}
      >
        {say.school.invitations}
      </Button>
    </li>
  );
}
