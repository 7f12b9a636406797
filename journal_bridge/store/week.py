"""One person's calls in a span of time: what diaries ask for all day, so it is read in one go, by prepared statements.

In: a connection of `Database.look`. Out: the person, their calls (removed ones too), whom of a parent each concerns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, bindparam, select, union

from identity.core.claims import Role
from journal_bridge.core.records import Call
from journal_bridge.core.references import bare, is_ext
from journal_bridge.store import calls
from journal_bridge.store.tables import CALLS, CHILDREN, ENROLLMENTS, PEOPLE


@dataclass(frozen=True, slots=True)
class Found:
    """A person by the journal's own id; their calls by start; a parent's children (own ids) by call."""

    person: str
    calls: tuple[Call, ...]
    children: Mapping[str, tuple[str, ...]]


def read(connection: Connection, journal: str, reference: str, since: datetime, until: datetime) -> Found | None:
    """The calls that start from `since` on and before `until`; None when the journal has no such person."""
    values = {"journal": journal, "ext_id": bare(reference)}
    statement = _BY_EXT_ID if is_ext(reference) else _BY_EITHER
    person = connection.execute(statement, values if is_ext(reference) else {**values, "id": reference}).one_or_none()
    if person is None:
        return None
    span = {"person": person.id, "since": since, "until": until}
    found = tuple(calls.from_row(row) for row in connection.execute(_CALLS, span))
    role: Role = person.role
    return Found(person.ext_id, found, _children(connection, span) if role == "parent" else {})


def _children(connection: Connection, span: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for call, child in connection.execute(_CHILDREN, span):
        found[call] = (*found.get(call, ()), child)
    return found


def _person(*, either: bool) -> Select[tuple[str, str, str]]:
    """The journal's own id wins over ours."""
    own = PEOPLE.c.ext_id == bindparam("ext_id")
    meant = own | (PEOPLE.c.id == bindparam("id")) if either else own
    query = select(PEOPLE.c.id, PEOPLE.c.ext_id, PEOPLE.c.role)
    return query.where(PEOPLE.c.journal_id == bindparam("journal"), meant).order_by(own.desc()).limit(1)


_BY_EXT_ID, _BY_EITHER = _person(either=False), _person(either=True)

# A person's calls are their journal's. To say so would make SQLite walk through all of the journal's calls.
_SPAN = (
    CALLS.c.starts_at >= bindparam("since", type_=CALLS.c.starts_at.type),
    CALLS.c.starts_at < bindparam("until", type_=CALLS.c.starts_at.type),
)
_LEARNT = and_(CALLS.c.class_id == ENROLLMENTS.c.class_id, CALLS.c.subject_id == ENROLLMENTS.c.subject_id)
_ENROLLED = select(CALLS.c.id).select_from(ENROLLMENTS).join(CALLS, _LEARNT).where(*_SPAN)
_OWN_CHILDREN = select(CHILDREN.c.child_id).where(CHILDREN.c.parent_id == bindparam("person"))

_CALLS = (
    calls.selection()
    .where(
        CALLS.c.id.in_(
            union(
                select(CALLS.c.id).where(CALLS.c.teacher_id == bindparam("person"), *_SPAN),
                _ENROLLED.where(ENROLLMENTS.c.person_id == bindparam("person")),
                _ENROLLED.where(ENROLLMENTS.c.person_id.in_(_OWN_CHILDREN)),
            )
        )
    )
    .order_by(CALLS.c.starts_at, CALLS.c.id)
)

_CHILDREN = (
    select(CALLS.c.id, PEOPLE.c.ext_id)
    .select_from(CHILDREN)
    .join(ENROLLMENTS, ENROLLMENTS.c.person_id == CHILDREN.c.child_id)
    .join(CALLS, _LEARNT)
    .join(PEOPLE, PEOPLE.c.id == CHILDREN.c.child_id)
    .where(CHILDREN.c.parent_id == bindparam("person"), *_SPAN)
    .order_by(PEOPLE.c.ext_id)
)
