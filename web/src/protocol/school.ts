/** The school's pages, for its administrators and head teachers. All raise `Problem`. */

import type { Role } from "./calls";
import type { PersonalData } from "./people";
import { read, send, withQuery } from "./request";

export interface Counted {
  readonly linked: number;
  readonly all: number;
}

export interface SchoolClass extends Counted {
  readonly id: string;
  readonly title: string;
  readonly head_teacher: string | null;
}

export interface School {
  readonly id: string;
  readonly name: string;
  readonly tz: string;
  readonly counts: Readonly<Record<Role, Counted>>;
  readonly classes: readonly SchoolClass[];
}

export interface SchoolPerson {
  readonly id: string;
  readonly ext_id: string;
  readonly name: string;
  readonly role: Role;
  readonly class_titles: readonly string[];
  readonly linked_at: string | null;
  readonly profile: string | null;
  readonly phone_masked: string | null;
  readonly parents?: readonly string[];
  readonly children?: readonly string[];
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly next: string | null;
}

export interface PeopleFilter {
  readonly role: Role | "";
  readonly class: string;
  readonly status: "linked" | "unlinked" | "";
  readonly search: string;
}

export interface Invitation {
  readonly code: string;
  readonly url: string;
  readonly qr_svg: string;
  readonly expires_at?: string;
}

export interface ClassInvitations {
  readonly class_title: string;
  readonly data: readonly (Invitation & { readonly person: string; readonly name: string; readonly role: Role })[];
}

export interface AuditEntry {
  readonly at: string;
  readonly actor_name: string | null;
  readonly action: string;
  readonly subject_name: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

const at = (school: string, rest = "") => `/api/schools/${encodeURIComponent(school)}${rest}`;
const person = (school: string, id: string, rest: string) => at(school, `/people/${encodeURIComponent(id)}/${rest}`);

export const getSchool = (school: string) => read<School>(at(school));

export const getPeople = (school: string, filter: PeopleFilter, after: string | null) =>
  read<Page<SchoolPerson>>(withQuery(at(school, "/people"), { ...filter, after }));

export const getAudit = (school: string, after: string | null) =>
  read<Page<AuditEntry>>(withQuery(at(school, "/audit"), { after }));

export const getClassInvitations = (school: string, schoolClass: string) =>
  read<ClassInvitations>(at(school, `/classes/${encodeURIComponent(schoolClass)}/invitations`));

export const invite = (school: string, id: string) => send<Invitation>("POST", person(school, id, "invitation"));
export const unlink = (school: string, id: string) => send<unknown>("POST", person(school, id, "unlink"));
export const erase = (school: string, id: string, confirm: string) =>
  send<unknown>("POST", person(school, id, "erase"), { confirm });
export const split = (school: string, id: string, names: PersonalData) =>
  send<Invitation>("POST", person(school, id, "split"), { names });
export const exportAddress = (school: string, id: string) => person(school, id, "export");
