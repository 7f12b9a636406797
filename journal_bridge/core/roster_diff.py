"""What separates a journal's roster from what an import says of it.

In: the roster as it is, the roster as it is wanted. Out: a plan of changes with its problems. Everything is named by
the journal's own ids; the same import planned again after it was carried out has nothing to change.
"""

from collections.abc import Iterable, Mapping

from identity.core.claims import Role
from journal_bridge.core.roster_model import DEFAULTS, RECORDS, Plan, Records, Roster, Wanted
from journal_bridge.core.roster_report import Where


def plan(roster: Roster, wanted: Wanted, *, complete: bool) -> Plan:
    """The way from `roster` to `wanted`. With `complete`, who is missing leaves."""
    made = Plan()
    _plan_leaving(made, roster, wanted, complete)
    after = _After(roster, wanted, made)
    heads = {ext_id: values for ext_id, values in wanted.records["classes"].items() if values.get("head_teacher")}
    for ext_id, values in heads.items():
        values["head_teacher"] = after.real_head(ext_id, values["head_teacher"])
    for kind in RECORDS:
        _plan_records(made, kind, roster, wanted)
    after.check_schools()
    _plan_administrators(made, roster, wanted, after)
    _plan_children(made, roster, wanted, after)
    _plan_enrollments(made, roster, wanted, after, complete)
    after.check_roles()
    return made


def _plan_records(made: Plan, kind: Records, roster: Roster, wanted: Wanted) -> None:
    now, left = roster.records[kind], roster.left[kind]
    same = 0
    for ext_id, values in wanted.records[kind].items():
        old = now.get(ext_id)
        if old is None:
            made.added[kind][ext_id] = {**DEFAULTS[kind], **values}
            continue
        differing = tuple(name for name, value in values.items() if old[name] != value)
        if differing or ext_id in left:
            made.changed[kind][ext_id] = {**old, **values}
            made.fields[kind][ext_id] = differing
        else:
            same += 1
    made.unchanged[kind] = same


def _plan_leaving(made: Plan, roster: Roster, wanted: Wanted, complete: bool) -> None:
    kinds: tuple[Records, ...] = ("people", "classes")
    for kind in kinds:
        here = roster.records[kind].keys() - roster.left[kind]
        gone = wanted.gone[kind] & here
        if complete and kind in wanted.described:
            gone |= here
        made.leaving[kind] = sorted(gone - wanted.records[kind].keys())


class _After:
    """The roster as it will be, without being built: only looked up."""

    def __init__(self, roster: Roster, wanted: Wanted, made: Plan) -> None:
        self._roster = roster
        self._wanted = wanted
        self._made = made
        self.gone: dict[str, set[str]] = {kind: set(left) for kind, left in made.leaving.items()}

    def has(self, kind: Records, ext_id: str) -> bool:
        """Will there be such a record?"""
        if ext_id in self._wanted.records[kind]:
            return True
        if ext_id in self.gone.get(kind, ()) or ext_id in self._roster.left[kind]:
            return False
        return ext_id in self._roster.records[kind]

    def role(self, person: str) -> Role | None:
        """The role somebody will have; None: nobody."""
        if not self.has("people", person):
            return None
        said = self._wanted.records["people"].get(person, {}).get("role")
        role: Role = said or self._roster.records["people"][person]["role"]
        return role

    def real_head(self, class_: str, head: str) -> str | None:
        """The head teacher, when they are a teacher of the roster."""
        if self.role(head) == "teacher":
            return head
        where = self._wanted.where.get(("classes", class_), Where())
        message = f"The head teacher {head} of the class {class_} is no teacher of the roster; left out."
        self._made.problems.append(where.warning("head_teacher", "head_teacher_unknown", message))
        return None

    def check_schools(self) -> None:
        """Classes that are written are of a school that there is; nobody who leaves heads them."""
        for group in (self._made.added["classes"], self._made.changed["classes"]):
            for ext_id, values in group.items():
                if not self.has("schools", values["school"]):
                    where = self._wanted.where.get(("classes", ext_id), Where())
                    message = f"The class {ext_id} is of the school {values['school']}, which nobody described."
                    self._made.problems.append(where.error("school", "school_unknown", message))
                if values["head_teacher"] in self.gone["people"]:
                    values["head_teacher"] = None

    def check_roles(self) -> None:
        """Nobody changes the role while something that the import is silent about stands on it."""
        turned = {person for person, names in self._made.fields["people"].items() if "role" in names}
        for person in sorted(turned & self._in_use(turned)):
            where = self._wanted.where.get(("people", person), Where())
            message = f"{person} is enrolled, heads a class or is a parent's child with another role."
            self._made.problems.append(where.error("role", "role_in_use", message))

    def _in_use(self, turned: set[str]) -> set[str]:
        if not turned:
            return set()
        used: set[str] = set()
        for key, people in self._roster.enrollments.items():
            kept = () if key in self._wanted.enrollments or key[0] in self.gone["classes"] else people
            used |= {one for one in kept if (*key, one) not in self._wanted.unenrolled} & turned
        for parent, children in self._roster.children.items():
            if parent not in self._wanted.children and parent not in self.gone["people"]:
                used |= {child for child in children if self.role(child) != "student"} & turned
        for ext_id, values in self._roster.records["classes"].items():
            if ext_id in self._made.changed["classes"] or ext_id in self.gone["classes"]:
                continue
            if values["head_teacher"] in turned and self.role(values["head_teacher"]) != "teacher":
                used.add(values["head_teacher"])
        return used


def _plan_administrators(made: Plan, roster: Roster, wanted: Wanted, after: _After) -> None:
    """They are teachers; who is one stays one until a PUT or the person's leaving ends it."""
    same = 0
    for school, person in sorted(wanted.administrators):
        if not after.has("schools", school) or after.role(person) != "teacher":
            message = f"{person} does not administer {school}: one of them is not in the roster, or no teacher."
            made.problems.append(Where().warning("administrators", "administrator_unknown", message))
        elif (school, person) in roster.administrators:
            same += 1
        else:
            made.administrators.append((school, person))
    made.unchanged["administrators"] = same


def _plan_children(made: Plan, roster: Roster, wanted: Wanted, after: _After) -> None:
    lists = {parent: set(children) for parent, children in wanted.children.items()}
    for parent, child in wanted.more_children:
        lists.setdefault(parent, set(roster.children.get(parent, ()))).add(child)
    for parent in roster.children:
        if after.role(parent) != "parent":
            lists[parent] = set()
    for parent, children in roster.children.items():
        if not after.gone["people"].isdisjoint(children):
            lists.setdefault(parent, set(children)).difference_update(after.gone["people"])
    same = sum(len(children) for parent, children in roster.children.items() if parent not in lists)
    for parent in sorted(lists):
        kept = _real_children(made, wanted, after, parent, lists[parent])
        now = roster.children.get(parent, set())
        made.new_children += ((parent, child) for child in sorted(kept - now))
        made.gone_children += ((parent, child) for child in sorted(now - kept))
        same += len(kept & now)
    made.unchanged["relations"] = same


def _real_children(made: Plan, wanted: Wanted, after: _After, parent: str, children: set[str]) -> set[str]:
    """Those who are students, when the parent is one."""
    if not children:
        return children
    where = wanted.where.get(("people", parent), Where())
    if after.role(parent) != "parent":
        message = f"{parent} is no parent of the roster: the children {_some(children)} are left out."
        made.problems.append(where.warning("children", "role_mismatch", message))
        return set()
    real = {child for child in children if after.role(child) == "student"}
    if wrong := children - real:
        message = f"{_some(wrong)} named as children of {parent} are no students of the roster; left out."
        made.problems.append(where.warning("children", "child_unknown", message))
    return real


def _plan_enrollments(made: Plan, roster: Roster, wanted: Wanted, after: _After, complete: bool) -> None:
    lists = {key: dict(people) for key, people in wanted.enrollments.items()}
    for (class_, subject, person), role in wanted.enrolled.items():
        lists.setdefault((class_, subject), dict(roster.enrollments.get((class_, subject), {})))[person] = role
    for class_, subject, person in wanted.unenrolled:
        lists.setdefault((class_, subject), dict(roster.enrollments.get((class_, subject), {}))).pop(person, None)
    whole = complete and "enrollments" in wanted.described
    for key, people in roster.enrollments.items():
        if key[0] in after.gone["classes"] or (whole and key not in lists):
            lists[key] = {}
        elif key not in lists and not after.gone["people"].isdisjoint(people):
            lists[key] = dict(people)
    same = sum(len(people) for key, people in roster.enrollments.items() if key not in lists)
    for key in sorted(lists):
        kept = _real_people(made, wanted, after, key, lists[key], roster.enrollments.get(key, {}))
        now = roster.enrollments.get(key, {})
        made.enrolled += ((*key, person, role) for person, role in sorted(kept.items()) if person not in now)
        made.turned += ((*key, one, role) for one, role in sorted(kept.items()) if now.get(one, role) != role)
        made.unenrolled += ((*key, person) for person in sorted(now.keys() - kept))
        same += sum(now.get(person) == role for person, role in kept.items())
    made.unchanged["enrollments"] = same


def _real_people(
    made: Plan,
    wanted: Wanted,
    after: _After,
    key: tuple[str, str],
    people: Mapping[str, Role],
    now: Mapping[str, Role],
) -> dict[str, Role]:
    """Those whom the roster knows in this role, when it knows the class and the subject."""
    if not people:
        return {}
    where = wanted.where.get(("enrollments", "/".join(key)), Where())
    for kind, ext_id in (("classes", key[0]), ("subjects", key[1])):
        if not after.has(kind, ext_id):  # type: ignore[arg-type]
            message = f"The enrolments of {'/'.join(key)} are left out: nobody described {ext_id}."
            made.problems.append(where.warning("class", "reference_unknown", message))
            return {}
    real = {person: role for person, role in people.items() if after.role(person) == role}
    unknown = [person for person in people if person not in real and after.role(person) is None and person not in now]
    turned = [person for person in people if person not in real and after.role(person) is not None]
    if unknown:
        message = f"Enrolled in {'/'.join(key)} but nobody described them; left out: {_some(unknown)}."
        made.problems.append(where.warning("person", "person_unknown", message))
    if turned:
        message = f"Enrolled in {'/'.join(key)} in a role they do not have; left out: {_some(turned)}."
        made.problems.append(where.warning("role", "role_mismatch", message))
    return real


SHOWN = 5  # names in one message


def _some(names: Iterable[str]) -> str:
    found = sorted(names)
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more
