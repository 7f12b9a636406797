/** What is said about a person, everywhere the same. */

import type { Role } from "./calls";

export type Gender = "female" | "male";

/** What a person says about themself in the form. */
export interface PersonalData {
  readonly family_name: string;
  readonly given_name: string;
  readonly patronymic: string | null;
  /** RFC 3339 full-date. */
  readonly birth_date: string;
  readonly gender: Gender;
}

export interface NamedPerson {
  readonly name: string;
  readonly role: Role;
}
