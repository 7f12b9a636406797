/** The list of a school's people page by page, under a filter. */

import { useCallback, useEffect, useState } from "react";

import { asProblem, type Problem } from "../protocol/problem";
import { getPeople, type PeopleFilter, type SchoolPerson } from "../protocol/school";

export const EVERYBODY: PeopleFilter = { role: "", class: "", status: "", search: "" };

/** The pause in typing after which the list is asked for, milliseconds. */
const TYPING_PAUSE = 300;

export interface PeopleList {
  readonly people: readonly SchoolPerson[];
  readonly next: string | null;
  readonly busy: boolean;
  readonly problem: Problem | null;
}

const EMPTY: PeopleList = { people: [], next: null, busy: true, problem: null };

/** The filter that an address asks for; strange values are left out. */
export function filterOf(search: string): PeopleFilter {
  const query = new URLSearchParams(search);
  const role = query.get("role");
  const status = query.get("status");
  return {
    role: role === "teacher" || role === "student" || role === "parent" ? role : "",
    class: query.get("class") ?? "",
    status: status === "linked" || status === "unlinked" ? status : "",
    search: "",
  };
}

export function usePeople(school: string, filter: PeopleFilter) {
  const [list, setList] = useState<PeopleList>(EMPTY);
  const [round, setRound] = useState(0);
  const { role, class: schoolClass, status, search } = filter;
  useEffect(() => {
    let current = true;
    const wanted = { role, class: schoolClass, status, search: search.trim() };
    const ask = () => {
      setList((last) => ({ ...last, busy: true, problem: null }));
      getPeople(school, wanted, null).then(
        (page) => {
          if (current) setList({ people: page.data, next: page.has_more ? page.next : null, busy: false, problem: null });
        },
        (error: unknown) => {
          if (current) setList((last) => ({ ...last, busy: false, problem: asProblem(error) }));
        },
      );
    };
    const timer = setTimeout(ask, search ? TYPING_PAUSE : 0);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [school, role, schoolClass, status, search, round]);

  const more = async () => {
    setList((last) => ({ ...last, busy: true, problem: null }));
    try {
      const page = await getPeople(school, { ...filter, search: search.trim() }, list.next);
      setList((last) => ({
        people: [...last.people, ...page.data],
        next: page.has_more ? page.next : null,
        busy: false,
        problem: null,
      }));
    } catch (error) {
      setList((last) => ({ ...last, busy: false, problem: asProblem(error) }));
    }
  };
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { list, more, reload };
}
