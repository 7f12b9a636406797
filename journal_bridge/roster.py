"""The roster: schools, people, classes, subjects, enrolments, as the journal describes them.

In: checked bodies. Out: what is now stored, and whether that is a change. Records may be described in any order: one
that is named before it is described is called by its ext_id until then (and reported in `placeholders`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.audit import Audit
from identity.core.claims import Role
from identity.ports import Database
from journal_bridge.core import ids
from journal_bridge.core.ids import Prefix
from journal_bridge.core.problems import FieldError, ProblemError
from journal_bridge.core.records import Enrollment, Person, School, SchoolClass, Subject
from journal_bridge.core.references import bare
from journal_bridge.core.requests import ClassBody, EnrollmentBody, PersonBody, SchoolBody, SubjectBody
from journal_bridge.store import references, schools
from journal_bridge.store import roster as store
from journal_bridge.store.tables import CLASSES, PEOPLE, SCHOOLS, SUBJECTS

R = TypeVar("R")
T = TypeVar("T")

ATTEMPTS = 2  # two requests that create the same record at once: the second try finds it


@dataclass(frozen=True, slots=True)
class Stored(Generic[R]):
    """A record after a PUT. `id` is ours ("" where the record has none); `placeholders` were named only."""

    id: str
    record: R
    created: bool
    changed: bool
    placeholders: tuple[str, ...] = ()


class Roster:
    """Upserts; each is one transaction. All raise ProblemError."""

    def __init__(self, database: Database, audit: Audit, random: Callable[[int], bytes]) -> None:
        self._database = database
        self._audit = audit
        self._random = random

    async def put_school(self, journal: str, ext_id: str, body: SchoolBody) -> Stored[School]:
        """The school is described so."""
        values = {"name": body.name, "region": body.region, "tz": body.tz}

        async def work(connection: AsyncConnection) -> Stored[School]:
            school, created, changed = await self._upsert(connection, SCHOOLS, "sch", journal, ext_id, values)
            people = await self._people(connection, journal, {"administrators": (body.administrators, "teacher")})
            administrators = people.ids("administrators")
            if await schools.set_administrators(connection, school, administrators):
                changed = True
                await self._audit.note(
                    connection,
                    actor=journal,
                    action="administrators.changed",
                    subject=school,
                    school=school,
                    details={"administrators": sorted(administrators)},
                )
            record = School(ext_id, body.name, body.region, body.tz, people.ext_ids("administrators"))
            return Stored(school, record, created, changed, people.placeholders)

        return await self._write(work)

    async def put_subject(self, journal: str, ext_id: str, body: SubjectBody) -> Stored[Subject]:
        """The subject is described so."""

        async def work(connection: AsyncConnection) -> Stored[Subject]:
            found = await self._upsert(connection, SUBJECTS, "sub", journal, ext_id, {"title": body.title})
            return Stored(found[0], Subject(ext_id, body.title), *found[1:])

        return await self._write(work)

    async def put_person(self, journal: str, ext_id: str, body: PersonBody) -> Stored[Person]:
        """The person is described so; a parent has exactly these children."""
        if body.children and body.role != "parent":
            raise _wrong_role("children", f"Only a parent has children; {ext_id} is a {body.role}.")
        values = {
            "role": body.role,
            "family_name": body.family_name,
            "given_name": body.given_name,
            "patronymic": body.patronymic,
            "birth_date": body.birth_date,
        }

        async def work(connection: AsyncConnection) -> Stored[Person]:
            person, created, changed = await self._upsert(connection, PEOPLE, "per", journal, ext_id, values)
            if changed and not created and await store.role_in_use(connection, person, body.role):
                raise ProblemError("role_in_use", f"{ext_id} is enrolled, or a parent's child, with another role.")
            children = await self._people(connection, journal, {"children": (body.children, "student")})
            changed |= await store.set_children(connection, person, children.ids("children"))
            record = Person(
                ext_id,
                body.role,
                body.family_name,
                body.given_name,
                body.patronymic,
                body.birth_date,
                children.ext_ids("children"),
            )
            return Stored(person, record, created, changed, children.placeholders)

        return await self._write(work)

    async def put_class(self, journal: str, ext_id: str, body: ClassBody) -> Stored[SchoolClass]:
        """The class is described so."""

        async def work(connection: AsyncConnection) -> Stored[SchoolClass]:
            new_id = self._new_id("sch")
            school = await references.ensure_school(connection, journal, body.school, new_id)
            heads = [body.head_teacher] if body.head_teacher else []
            people = await self._people(connection, journal, {"head_teacher": (heads, "teacher")})
            head = next(iter(people.ids("head_teacher")), None)
            values = {
                "school_id": school,
                "title": body.title,
                "kind": body.kind,
                "year": body.year,
                "head_teacher_id": head,
            }
            found = await self._upsert(connection, CLASSES, "cls", journal, ext_id, values)
            school_ext_id = await references.ext_id(connection, SCHOOLS, school)
            head_ext_id = next(iter(people.ext_ids("head_teacher")), None)
            record = SchoolClass(ext_id, school_ext_id, body.title, body.kind, body.year, head_ext_id)
            placeholders = (*((school_ext_id,) if school == new_id else ()), *people.placeholders)
            return Stored(found[0], record, *found[1:], placeholders)

        return await self._write(work)

    async def put_enrollment(self, journal: str, class_: str, subject: str, body: EnrollmentBody) -> Stored[Enrollment]:
        """Exactly these people teach and learn the subject in the class."""

        async def work(connection: AsyncConnection) -> Stored[Enrollment]:
            class_id = await references.resolve(connection, CLASSES, journal, class_)
            if class_id is None:
                raise ProblemError("class_unknown", f"Describe it first: PUT /v1/classes/{bare(class_)}.")
            new_id = self._new_id("sub")
            subject_id = await references.ensure_subject(connection, journal, subject, new_id)
            people = await self._people(
                connection, journal, {"teachers": (body.teachers, "teacher"), "students": (body.students, "student")}
            )
            came, went = await store.set_enrolled(connection, class_id, subject_id, people.roles())
            subject_ext_id = await references.ext_id(connection, SUBJECTS, subject_id)
            record = Enrollment(
                await references.ext_id(connection, CLASSES, class_id),
                subject_ext_id,
                people.ext_ids("teachers"),
                people.ext_ids("students"),
            )
            placeholders = (*((subject_ext_id,) if subject_id == new_id else ()), *people.placeholders)
            return Stored("", record, False, came + went > 0, placeholders)

        return await self._write(work)

    async def _people(
        self, connection: AsyncConnection, journal: str, lists: Mapping[str, tuple[Sequence[str], Role]]
    ) -> "_People":
        named: dict[str, Role] = {}
        for people, role in lists.values():
            for reference in people:
                named.setdefault(reference, role)
        if not named:
            return _People({}, {}, ())
        known, placeholders = await references.ensure_people(connection, journal, named, lambda: self._new_id("per"))
        found = {field: [known[one] for one in dict.fromkeys(people)] for field, (people, _) in lists.items()}
        described = await store.roles(connection, [one for people in found.values() for one in people])
        errors = [
            FieldError(field, "role_mismatch", f"{described[one][0]} is a {described[one][1]}, not a {lists[field][1]}")
            for field, people in found.items()
            for one in people
            if described[one][1] != lists[field][1]
        ]
        if errors:
            raise ProblemError("role_mismatch", f"{errors[0].message}.", errors=errors)
        return _People(found, described, tuple(placeholders))

    async def _upsert(
        self,
        connection: AsyncConnection,
        table: Table,
        prefix: Prefix,
        journal: str,
        ext_id: str,
        values: Mapping[str, Any],
    ) -> tuple[str, bool, bool]:
        return await store.upsert(connection, table, journal, ext_id, self._new_id(prefix), values)

    async def _write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        for _ in range(ATTEMPTS - 1):
            try:
                async with self._database.write() as connection:
                    return await work(connection)
            except IntegrityError:
                continue
        async with self._database.write() as connection:
            return await work(connection)

    def _new_id(self, prefix: Prefix) -> str:
        return ids.make(prefix, self._random(ids.ID_BYTES))


@dataclass(frozen=True, slots=True)
class _People:
    """People that a body's lists name, by field; `described`: our id to (ext_id, role)."""

    found: Mapping[str, Sequence[str]]
    described: Mapping[str, tuple[str, Role]]
    placeholders: tuple[str, ...]

    def ids(self, field: str) -> Sequence[str]:
        return self.found.get(field, ())

    def ext_ids(self, field: str) -> tuple[str, ...]:
        return tuple(sorted({self.described[one][0] for one in self.ids(field)}))

    def roles(self) -> dict[str, Role]:
        return {one: self.described[one][1] for people in self.found.values() for one in people}


def _wrong_role(field: str, message: str) -> ProblemError:
    return ProblemError("role_mismatch", message, errors=[FieldError(field, "role_mismatch", message)])
