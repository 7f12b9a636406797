"""From rows of OneRoster files to a wanted roster. In: rows, file by file in the order of `READ`. Out: `Wanted`."""

import csv
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from identity.core.claims import Role
from journal_bridge.core.oneroster.words import (
    ADMINISTRATORS,
    CLASS,
    CLASS_HOUR,
    ENROLLED_ROLES,
    GONE,
    MANIFEST,
    READ,
    REGION,
    ROLES,
    TZ,
    VERSIONS,
    Mode,
    Row,
)
from journal_bridge.core.roster_fields import Fields, Report
from journal_bridge.core.roster_model import Roster, Values, Wanted
from journal_bridge.core.roster_report import Where

LESSON_SEPARATOR = "/"  # no id of a journal holds it, so «7v/algebra» is nobody's own id
YEARS = range(1900, 2201)


class Lessons(NamedTuple):
    """What a OneRoster class is with us: one subject in one class. Without subject only its head teacher counts."""

    class_: str
    subject: str | None
    homeroom: bool


def read_manifest(rows: Iterable[Row], present: Collection[str], report: Report) -> dict[str, Mode]:
    """How each file of ours is to be read; one that is absent is not in it. Keys are names without `.csv`."""
    said = {row.values["propertyName"]: (row.line, row.values["value"]) for row in rows}
    file = f"{MANIFEST}.csv"
    line, version = said.get("oneroster.version", (None, VERSIONS[-1]))
    if version not in VERSIONS:
        message = f"OneRoster {version} is not {' or '.join(VERSIONS)}."
        report.add(Where(file, line).error("oneroster.version", "version_unsupported", message))
    modes: dict[str, Mode] = {}
    for name in READ:
        line, mode = said.get(f"file.{name}", (None, "absent"))
        where = Where(file, line)
        if mode == "absent":
            if name in present:
                message = f"{name}.csv is left out: the manifest says that it is absent."
                report.add(where.warning(f"file.{name}", "file_ignored", message))
        elif mode not in ("bulk", "delta"):
            report.add(where.error(f"file.{name}", "invalid", "The value is bulk, delta or absent."))
        elif name not in present:
            report.add(where.error(f"file.{name}", "file_missing", f"{name}.csv is not in the archive."))
        else:
            modes[name] = "bulk" if mode == "bulk" else "delta"
    return modes


class Reading:
    """Takes the files one after another, then `finish`. `today` ends enrolments whose last day is over."""

    def __init__(self, roster: Roster, zones: Collection[str], today: date, report: Report) -> None:
        self._roster = roster
        self._zones = zones
        self._today = today.isoformat()
        self._report = report
        self._wanted = Wanted()
        self._modes: dict[str, Mode] = {}
        self._seen: set[str] = set()
        self._years: dict[str, int] = {}
        self._lessons: dict[str, Lessons] = {}
        self._roles: dict[str, tuple[bool, Role]] = {}  # by user: is it the primary one?
        self._agents: dict[str, list[str]] = {}
        self._heads: dict[str, str] = {}
        self._disabled = 0
        self._schools = set(roster.records["schools"])  # districts and departments are none
        self._stored_subjects: dict[str, list[str]] = {}  # by class
        for stored, subject in roster.enrollments:
            self._stored_subjects.setdefault(stored, []).append(subject)

    def take(self, name: str, mode: Mode, rows: Iterable[Row]) -> None:
        """The rows of one file."""
        takers: Mapping[str, Callable[[Fields], None]] = {
            "orgs": self._org,
            "academicSessions": self._session,
            "courses": self._course,
            "classes": self._class,
            "users": self._user,
            "roles": self._role,
            "demographics": self._demographics,
            "enrollments": self._enrollment,
        }
        self._modes[name] = mode
        self._seen = set()
        taker, file = takers[name], f"{name}.csv"
        for row in rows:
            taker(Fields(self._report, Where(file, row.line), row.values))

    def finish(self) -> Wanted:
        """What all the files say together."""
        self._finish_people()
        self._finish_children()
        self._finish_classes()
        described = {"users": "people", "classes": "classes", "enrollments": "enrollments"}
        self._wanted.described = {described[name] for name, mode in self._modes.items() if name in described}
        if "delta" in self._modes.values():  # changes only: nothing is whole
            self._wanted.described = set()
        if self._disabled:
            message = f"{self._disabled} users with enabledUser=false are left out."
            self._report.add(Where("users.csv").warning("enabledUser", "not_enabled", message))
        return self._wanted

    def _own_id(self, row: Fields) -> str | None:
        """The row's id, once."""
        found = row.id("sourcedId")
        if found is not None and found in self._seen:
            self._report.add(row.where.error("sourcedId", "duplicate", f"{found} is here twice."))
            return None
        if found is not None:
            self._seen.add(found)
        return found

    def _org(self, row: Fields) -> None:
        school, name = self._own_id(row), row.text("name")
        if school is None or name is None or row.raw("type") != "school" or row.raw("status") in GONE:
            return  # districts and departments are nothing of ours; schools stay for the calls of the past
        values: Values = {"name": name}
        if row.has(REGION):
            values["region"] = row.optional(REGION)
        if tz := row.raw(TZ):
            if tz not in self._zones:
                self._report.add(row.where.error(TZ, "invalid", "A time zone's name looks like Europe/Moscow."))
            values["tz"] = tz
        self._wanted.records["schools"][school] = values
        self._schools.add(school)

    def _session(self, row: Fields) -> None:
        year = row.raw("schoolYear")
        if session := row.id("sourcedId"):
            if year.isascii() and year.isdigit() and len(year) == 4 and int(year) in YEARS:
                self._years[session] = int(year)
            elif year:
                self._report.add(row.where.error("schoolYear", "invalid", "A school year looks like 2027."))

    def _course(self, row: Fields) -> None:
        course, title = self._own_id(row), row.text("title")
        if course is not None and title is not None and course != CLASS_HOUR and row.raw("status") not in GONE:
            self._wanted.records["subjects"][course] = {"title": title}

    def _class(self, row: Fields) -> None:
        if home := row.raw(CLASS):
            self._take_lessons(row, home)
            return
        class_, title, school = self._own_id(row), row.text("title"), row.id("schoolSourcedId")
        course = row.id("courseSourcedId")
        if class_ is None:
            return
        if row.raw("status") in GONE:
            self._wanted.gone["classes"].add(class_)
            return
        if title is None or school is None or course is None:
            return
        homeroom = row.raw("classType") == "homeroom"
        values: Values = {"title": title, "school": school, "kind": "class" if homeroom else "group"}
        years = [self._years[term] for term in _list(row.raw("termSourcedIds")) if term in self._years]
        if years:
            values["year"] = years[0]
        subject = course if course != CLASS_HOUR else None
        self._lessons[class_] = Lessons(class_, subject, homeroom or subject is None)
        self._wanted.records["classes"][class_] = values
        self._wanted.where["classes", class_] = row.where
        self._begin_list(class_, subject, row.where)

    def _take_lessons(self, row: Fields, home: str) -> None:
        """A row that stands for one subject of a class of ours."""
        own, course, class_ = row.raw("sourcedId"), row.id("courseSourcedId"), row.id(CLASS)
        if not own or course is None or class_ is None:
            return
        if row.raw("status") in GONE:
            stored = self._roster.enrollments.get((home, course), {})
            self._wanted.unenrolled |= {(home, course, person) for person in stored}
            return
        self._lessons[own] = Lessons(home, course, False)
        self._begin_list(home, course, row.where)

    def _begin_list(self, class_: str, subject: str | None, where: Where) -> None:
        """A class that is described is described with its enrolments, even when it has none."""
        if subject is not None:
            self._wanted.enrollments.setdefault((class_, subject), {})
            self._wanted.where["enrollments", f"{class_}/{subject}"] = where

    def _user(self, row: Fields) -> None:
        person = self._own_id(row)
        if person is None:
            return
        if row.raw("status") in GONE:
            self._wanted.gone["people"].add(person)
            return
        if row.raw("enabledUser").lower() == "false":
            self._disabled += 1
            if self._modes["users"] == "delta":
                self._wanted.gone["people"].add(person)
            return
        family, given, middle = row.text("familyName"), row.optional("givenName"), row.optional("middleName")
        if given is None:
            row.warn("givenName", "name_incomplete", f"{person} has no given name.")
        if family is None:
            return
        self._wanted.records["people"][person] = {
            "family_name": family,
            "given_name": given or "",
            "patronymic": middle,
        }
        self._wanted.where["people", person] = row.where
        self._agents[person] = _list(row.raw("agentSourcedIds"))
        if row.raw("role"):  # OneRoster 1.1 keeps it here, 1.2 in roles.csv
            self._note_role(row, person, True)

    def _role(self, row: Fields) -> None:
        if (person := row.id("userSourcedId")) and row.raw("status") not in GONE and not self._is_over(row):
            self._note_role(row, person, row.raw("roleType") != "secondary")
            if row.raw("role") in ADMINISTRATORS and row.raw("orgSourcedId") in self._schools:
                self._wanted.administrators.add((row.raw("orgSourcedId"), person))

    def _note_role(self, row: Fields, person: str, primary: bool) -> None:
        role = ROLES.get(row.raw("role"))
        if role is None:
            row.warn("role", "role_unknown", f"{person}: {row.raw('role')!r} is no role that we know; left out.")
            return
        known = self._roles.get(person)
        if known is None or (primary and not known[0]):
            self._roles[person] = (primary, role)
        elif known[1] != role:
            row.warn("role", "role_second", f"{person} is a {known[1]}; the role {role} is left out.")

    def _demographics(self, row: Fields) -> None:
        person, born = self._own_id(row), row.date("birthDate")
        if person is not None and row.raw("status") not in GONE and person in self._wanted.records["people"]:
            self._wanted.records["people"][person]["birth_date"] = born

    def _enrollment(self, row: Fields) -> None:
        role = ENROLLED_ROLES.get(row.raw("role"))
        person, lessons = row.id("userSourcedId"), self._lessons_of(row)
        if person is None or lessons is None or role is None:
            return  # parents may be enrolled in OneRoster: ours come with their children
        gone = row.raw("status") in GONE or self._is_over(row)
        if lessons.homeroom and role == "teacher" and row.raw("primary").lower() == "true" and not gone:
            self._heads.setdefault(lessons.class_, person)
        if lessons.subject is None:
            return
        key = (lessons.class_, lessons.subject)
        if self._modes["enrollments"] == "bulk":
            if not gone:
                self._wanted.where.setdefault(("enrollments", "/".join(key)), row.where)
                self._wanted.enrollments.setdefault(key, {})[person] = role
        elif gone:
            self._wanted.unenrolled.add((*key, person))
        else:
            self._wanted.enrolled[*key, person] = role

    def _lessons_of(self, row: Fields) -> Lessons | None:
        """What the row's class is with us: from classes.csv, else from what is stored."""
        class_ = row.raw("classSourcedId")
        if found := self._lessons.get(class_):
            return found
        home, _, subject = class_.partition(LESSON_SEPARATOR)
        subjects = [subject] if subject else self._stored_subjects.get(class_, [])
        known = home in self._roster.records["classes"] or home in self._wanted.records["classes"]
        if not known or len(subjects) != 1:
            row.warn("classSourcedId", "class_unknown", f"The class {class_} is not described; left out.")
            return None
        self._lessons[class_] = Lessons(home, subjects[0], False)
        return self._lessons[class_]

    def _is_over(self, row: Fields) -> bool:
        """Is its last day in the past? ISO days compare as texts."""
        return "" < row.raw("endDate") < self._today

    def _finish_people(self) -> None:
        people = self._wanted.records["people"]
        for person in list(people):
            if person in self._roles:
                people[person]["role"] = self._roles[person][1]
            elif person not in self._roster.records["people"]:
                where = self._wanted.where["people", person]
                message = f"{person} has no role in roles.csv; left out."
                self._report.add(where.warning("role", "role_missing", message))
                del people[person]

    def _finish_children(self) -> None:
        """agentSourcedIds may stand with the child, with the parent, or with both."""
        pairs = set()
        for person, agents in self._agents.items():
            for agent in agents:
                roles = self._role_of(person), self._role_of(agent)
                if roles == ("student", "parent"):
                    pairs.add((agent, person))
                elif roles == ("parent", "student"):
                    pairs.add((person, agent))
        if self._modes.get("users") != "bulk":
            self._wanted.more_children = pairs
            return
        for person in self._agents:
            if self._role_of(person) == "parent":
                self._wanted.children[person] = set()
        for parent, child in pairs:
            self._wanted.children.setdefault(parent, set()).add(child)

    def _role_of(self, person: str) -> Role | None:
        values = self._wanted.records["people"].get(person) or self._roster.records["people"].get(person) or {}
        role: Role | None = values.get("role") or self._roster.records["people"].get(person, {}).get("role")
        return role

    def _finish_classes(self) -> None:
        whole = self._modes.get("classes") == self._modes.get("enrollments") == "bulk"
        for class_, values in self._wanted.records["classes"].items():
            if class_ in self._heads or (whole and self._lessons[class_].homeroom):
                values["head_teacher"] = self._heads.get(class_)
        if self._modes.get("enrollments") != "bulk":
            self._wanted.enrollments.clear()


def _list(text: str) -> list[str]:
    """The parts of a list in one field; a part with a comma stands in quotation marks."""
    parts = next(csv.reader([text], skipinitialspace=True), [])
    return [part for part in (piece.strip() for piece in parts) if part]
