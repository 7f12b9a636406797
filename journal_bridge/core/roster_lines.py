"""A roster as NDJSON: one record a line, the bodies of the PUTs with `type` and the ids of the path.

In: lines. Out: a wanted roster. A line describes its record as a PUT does: what is left out is emptied, an enrolment is
the whole list. (`type`, since a class has a `kind` of its own.)
"""

from collections.abc import Collection
from typing import cast

import msgspec
from msgspec import field

from identity.core.bodies import Body, decode
from identity.core.claims import Role
from identity.core.problems import ProblemError
from journal_bridge.core.references import bare, is_ext
from journal_bridge.core.requests import (
    ClassBody,
    EnrollmentBody,
    PersonBody,
    Reference,
    SchoolBody,
    SubjectBody,
)
from journal_bridge.core.roster_fields import Report
from journal_bridge.core.roster_model import Records, Roster, Wanted
from journal_bridge.core.roster_report import Problem, Where

MAX_LINE = 131_072  # bytes: an enrolment of 500 people with the longest ids


class SchoolLine(SchoolBody, frozen=True, tag_field="type", tag="school", kw_only=True):
    """Like PUT /v1/schools/{ext_id}."""

    ext_id: Reference


class PersonLine(PersonBody, frozen=True, tag_field="type", tag="person", kw_only=True):
    """Like PUT /v1/people/{ext_id}."""

    ext_id: Reference


class ClassLine(ClassBody, frozen=True, tag_field="type", tag="class", kw_only=True):
    """Like PUT /v1/classes/{ext_id}."""

    ext_id: Reference


class SubjectLine(SubjectBody, frozen=True, tag_field="type", tag="subject", kw_only=True):
    """Like PUT /v1/subjects/{ext_id}."""

    ext_id: Reference


class EnrollmentLine(EnrollmentBody, frozen=True, tag_field="type", tag="enrollment", kw_only=True):
    """Like PUT /v1/enrollments/{class}/{subject}."""

    class_: Reference = field(name="class")
    subject: Reference


Line = SchoolLine | PersonLine | ClassLine | SubjectLine | EnrollmentLine

_DECODER = msgspec.json.Decoder(Line)


class Reading:
    """Takes lines, then hands out what they say. `zones` are the names of time zones."""

    def __init__(self, roster: Roster, zones: Collection[str], report: Report) -> None:
        self._roster = roster
        self._zones = zones
        self._report = report
        self._seen: set[tuple[str, ...]] = set()
        self._ours: dict[Records, dict[str, str]] = {}
        self.wanted = Wanted()

    def take(self, number: int, data: bytes) -> None:
        """One line with its number from 1; an empty one says nothing."""
        if not data.strip():
            return
        where = Where(None, number)
        try:
            line = _DECODER.decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self._report.add(_why(where, data))
            return
        key = _key(line)
        if key in self._seen:
            self._report.add(where.error(None, "duplicate", f"{' '.join(key)} is here twice."))
            return
        self._seen.add(key)
        match line:
            case SchoolLine():
                self._school(line, where)
            case PersonLine():
                self._person(line, where)
            case ClassLine():
                self._class(line, where)
            case SubjectLine():
                self.wanted.records["subjects"][bare(line.ext_id)] = {"title": line.title}
            case EnrollmentLine():
                self._enrollment(line, where)

    def _school(self, line: SchoolLine, where: Where) -> None:
        if line.tz not in self._zones:
            self._report.add(where.error("tz", "invalid", "A time zone's name looks like Europe/Moscow."))
        school = bare(line.ext_id)
        self.wanted.records["schools"][school] = {"name": line.name, "region": line.region, "tz": line.tz}
        self.wanted.administrators.update((school, self._ext_id("people", one)) for one in line.administrators)

    def _person(self, line: PersonLine, where: Where) -> None:
        person = bare(line.ext_id)
        self.wanted.described.add("people")
        self.wanted.where["people", person] = where
        self.wanted.records["people"][person] = {
            "role": line.role,
            "family_name": line.family_name,
            "given_name": line.given_name,
            "patronymic": line.patronymic,
            "birth_date": line.birth_date,
        }
        if line.children or line.role == "parent":
            self.wanted.children[person] = {self._ext_id("people", child) for child in line.children}

    def _class(self, line: ClassLine, where: Where) -> None:
        class_ = bare(line.ext_id)
        self.wanted.described.add("classes")
        self.wanted.where["classes", class_] = where
        self.wanted.records["classes"][class_] = {
            "school": self._ext_id("schools", line.school),
            "title": line.title,
            "kind": line.kind,
            "year": line.year,
            "head_teacher": self._ext_id("people", line.head_teacher) if line.head_teacher else None,
        }

    def _enrollment(self, line: EnrollmentLine, where: Where) -> None:
        key = self._ext_id("classes", line.class_), self._ext_id("subjects", line.subject)
        self.wanted.described.add("enrollments")
        self.wanted.where["enrollments", "/".join(key)] = where
        people: dict[str, Role] = {self._ext_id("people", person): "teacher" for person in line.teachers}
        for person in line.students:
            people[self._ext_id("people", person)] = "student"
        self.wanted.enrollments[key] = people

    def _ext_id(self, kind: Records, reference: str) -> str:
        """The journal's own id of what is meant, which wins over ours."""
        name = bare(reference)
        if is_ext(reference) or name in self._roster.records[kind] or name in self.wanted.records[kind]:
            return name
        if kind not in self._ours:
            self._ours[kind] = {ours: ext_id for ext_id, ours in self._roster.ids[kind].items()}
        return self._ours[kind].get(name, name)


def _key(line: Line) -> tuple[str, ...]:
    if isinstance(line, EnrollmentLine):
        return "enrollment", bare(line.class_), bare(line.subject)
    return str(line.__struct_config__.tag), bare(line.ext_id)


def _why(where: Where, data: bytes) -> Problem:
    """The problem of a line that did not decode."""
    try:
        decode(data, cast(type[Body], Line))
    except ProblemError as problem:
        wrong = problem.errors[0] if problem.errors else None
        return where.error((wrong and wrong.field) or None, wrong.code if wrong else problem.code, problem.detail)
    raise AssertionError("the line decodes after all")
