/** `/school/{id}/people`: everybody, with search and filters; a table, on phones cards. */

import { Button, Spinner } from "@vkontakte/vkui";
import { useId, useState } from "react";

import { shortDay } from "../parts/dates";
import { TextField } from "../parts/fields";
import { ProblemCard, useLoaded } from "../parts/loaded";
import { useTitle } from "../parts/title";
import { getSchool, type PeopleFilter, type SchoolPerson } from "../protocol/school";
import { account } from "../words/account";
import { school as words } from "../words/school";
import { SchoolFrame } from "./frame";
import { EVERYBODY, filterOf, usePeople } from "./people";
import { PersonDialog } from "./person-dialog";

const { people: say } = words;

export function PeoplePage({ school, search }: { readonly school: string; readonly search: string }) {
  const [filter, setFilter] = useState(() => filterOf(search));
  const [chosen, setChosen] = useState<SchoolPerson | null>(null);
  const { list, more, reload } = usePeople(school, filter);
  useTitle(say.title);
  return (
    <SchoolFrame school={school} section="people" title={say.title}>
      <Filters school={school} filter={filter} onChange={setFilter} />
      <p className="people__found" role="status">
        {list.busy ? account.common.loading : list.people.length > 0 && say.found(list.people.length)}
      </p>
      {list.problem && <ProblemCard problem={list.problem} onAgain={reload} />}
      {!list.busy && !list.problem && list.people.length === 0 && (
        <section className="card card_centred">
          <p className="card__text">{say.nobody}</p>
          <Button mode="secondary" size="m" onClick={() => setFilter(EVERYBODY)}>
            {say.reset}
          </Button>
        </section>
      )}
      {list.people.length > 0 && <PeopleTable people={list.people} onChoose={setChosen} />}
      {list.next !== null && (
        <div className="people__more">
          <Button mode="secondary" size="l" disabled={list.busy} onClick={() => void more()} data-testid="people-more">
            {account.common.more}
          </Button>
        </div>
      )}
      {list.busy && list.people.length === 0 && <Spinner size="l">{null}</Spinner>}
      {chosen && <PersonDialog school={school} person={chosen} onClose={() => setChosen(null)} onChange={reload} />}
    </SchoolFrame>
  );
}

interface FiltersProps {
  readonly school: string;
  readonly filter: PeopleFilter;
  readonly onChange: (filter: PeopleFilter) => void;
}

function Filters({ school, filter, onChange }: FiltersProps) {
  const loaded = useLoaded(() => getSchool(school), school);
  const classes = loaded.state.at === "here" ? loaded.state.value.classes : [];
  const set = (fields: Partial<PeopleFilter>) => onChange({ ...filter, ...fields });
  return (
    <form className="card filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <TextField
        label={say.search}
        value={filter.search}
        onChange={(search) => set({ search })}
        type="search"
        autoComplete="off"
        maxLength={100}
        data-testid="people-search"
      />
      <Filter label={say.role} value={filter.role} onChange={(role) => set({ role: role as PeopleFilter["role"] })}>
        <option value="teacher">{words.roles.teacher}</option>
        <option value="student">{words.roles.student}</option>
        <option value="parent">{words.roles.parent}</option>
      </Filter>
      <Filter label={say.class} value={filter.class} onChange={(value) => set({ class: value })}>
        {classes.map((one) => (
          <option key={one.id} value={one.id}>
            {one.title}
          </option>
        ))}
      </Filter>
      <Filter label={say.status} value={filter.status} onChange={(status) => set({ status: status as PeopleFilter["status"] })}>
        <option value="linked">{say.linked}</option>
        <option value="unlinked">{say.unlinked}</option>
      </Filter>
    </form>
  );
}

interface FilterProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: React.ReactNode;
}

function Filter({ label, value, onChange, children }: FilterProps) {
  const id = useId();
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{say.all}</option>
        {children}
      </select>
    </div>
  );
}

interface PeopleTableProps {
  readonly people: readonly SchoolPerson[];
  readonly onChoose: (person: SchoolPerson) => void;
}

function PeopleTable({ people, onChoose }: PeopleTableProps) {
  return (
    <table className="people">
      <caption className="for-ears">{say.title}</caption>
      <thead>
        <tr>
          <th scope="col">{say.name}</th>
          <th scope="col">{say.role}</th>
          <th scope="col">{say.classes}</th>
          <th scope="col">{say.status}</th>
          <th scope="col">
            <span className="for-ears">{say.actions}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <PersonRow key={person.id} person={person} onChoose={onChoose} />
        ))}
      </tbody>
    </table>
  );
}

function PersonRow({ person, onChoose }: { readonly person: SchoolPerson; readonly onChoose: (person: SchoolPerson) => void }) {
  const family = [
    person.children?.length ? say.childrenAre(person.children.join(", ")) : "",
    person.parents?.length ? say.parentsAre(person.parents.join(", ")) : "",
  ].filter(Boolean);
  const linked = person.linked_at !== null;
  return (
    <tr data-testid="person-row" data-linked={linked}>
      <th scope="row">
        <span className="people__name">{person.name}</span>
        {family.map((line) => (
          <span key={line} className="people__family">
            {line}
          </span>
        ))}
      </th>
      <td>{words.role[person.role]}</td>
      <td>{person.class_titles.join(", ")}</td>
      <td>
        <span className={`badge badge_${linked ? "good" : "quiet"}`}>
          {person.linked_at === null ? say.unlinked : say.linkedAt(shortDay(person.linked_at))}
        </span>
        {person.phone_masked && <span className="people__family">{person.phone_masked}</span>}
      </td>
      <td className="people__actions">
        <Button mode="secondary" size="m" aria-label={say.actionsFor(person.name)} onClick={() => onChoose(person)}>
          {say.actions}
        </Button>
      </td>
    </tr>
  );
}
