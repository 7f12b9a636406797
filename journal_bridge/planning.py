"""From a body to the values of a call. In: an open transaction and a checked body. Out: columns, or a ProblemError."""

from datetime import UTC, datetime
from typing import Any

from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.problems import FieldError, ProblemError, wrong_field
from journal_bridge.core.records import Call
from journal_bridge.core.references import bare
from journal_bridge.core.requests import CallChangesBody, NewCallBody
from journal_bridge.store import calls as store
from journal_bridge.store import roster

YEARS = range(2000, 2200)  # a moment outside is a typing mistake, and near the ends of time zones overflow

REFERENCES = {"class": "class", "subject": "subject", "teacher": "person", "school": "school"}


def check_times(starts_at: datetime, ends_at: datetime | None) -> None:
    """Raises ProblemError when a lesson cannot be held then."""
    for field, moment in (("starts_at", starts_at), ("ends_at", ends_at)):
        if moment is not None and moment.year not in YEARS:
            raise wrong_field(field, "out_of_range", f"The year must be {YEARS.start} to {YEARS.stop - 1}.")
    if ends_at is not None and ends_at <= starts_at:
        raise wrong_field("ends_at", "before_start", "A lesson ends after it starts.")


async def found(connection: AsyncConnection, journal: str, reference: str, *, removed: bool = False) -> Call:
    """The call that is meant."""
    call = await store.find(connection, journal, reference, removed=removed)
    if call is None:
        raise ProblemError("call_unknown", f"There is no call {bare(reference)} in your journal.")
    return call


async def new_values(connection: AsyncConnection, journal: str, body: NewCallBody) -> dict[str, Any]:
    """The columns that say what a new call is."""
    class_id = await _reference(connection, journal, "class", body.class_)
    if body.school is not None:
        school = await _reference(connection, journal, "school", body.school)
        if school != await roster.school_of(connection, class_id):
            raise wrong_field("school", "other_school", f"{body.class_} is a class of another school.")
    return {
        "journal_id": journal,
        "ext_id": bare(body.ext_id) if body.ext_id else None,
        "class_id": class_id,
        "subject_id": await _reference(connection, journal, "subject", body.subject),
        "teacher_id": await _teacher(connection, journal, body.teacher),
        "lesson_no": body.lesson_no,
        "own_title": body.title,
        "starts_at": body.starts_at.astimezone(UTC),
        "ends_at": body.ends_at.astimezone(UTC) if body.ends_at else None,
    }


async def changes(connection: AsyncConnection, call: Call, body: CallChangesBody) -> dict[str, Any]:
    """The columns whose values a PATCH really changes."""
    asked: dict[str, Any] = {}
    if body.title is not UNSET:
        asked["own_title"] = body.title
    if body.lesson_no is not UNSET:
        asked["lesson_no"] = body.lesson_no
    if body.starts_at is not UNSET:
        asked["starts_at"] = body.starts_at
    if body.ends_at is not UNSET:
        asked["ends_at"] = body.ends_at
    if body.teacher is not UNSET:
        asked["teacher_id"] = await _teacher(connection, call.journal, body.teacher)
    now = _columns(call)
    return {name: value for name, value in asked.items() if now[name] != value}


def same(call: Call, values: dict[str, Any]) -> Call:
    """The call, when it was planned with these values. Raises ProblemError when its ext_id names another lesson."""
    now = _columns(call)
    differing = sorted(field(name) for name, value in values.items() if now[name] != value)
    if differing:
        raise ProblemError(
            "call_exists",
            f"{call.ext_id} exists with other values: {', '.join(differing)}. Use PATCH to change it.",
            errors=[FieldError(name, "differs", "differs from the call that has this ext_id") for name in differing],
            extra={"call": {"id": call.id, "ext_id": call.ext_id, "status": call.status}},
        )
    return call


def _columns(call: Call) -> dict[str, Any]:
    return {
        "journal_id": call.journal,
        "ext_id": call.ext_id,
        "class_id": call.class_.id,
        "subject_id": call.subject.id,
        "teacher_id": call.teacher.id,
        "lesson_no": call.lesson_no,
        "own_title": call.own_title,
        "starts_at": call.starts_at,
        "ends_at": call.ends_at,
    }


def field(column: str) -> str:
    """The name of a column in bodies."""
    return "title" if column == "own_title" else column.removesuffix("_id") if column != "ext_id" else column


async def _reference(connection: AsyncConnection, journal: str, field: str, reference: str) -> str:
    found = await store.reference_id(connection, REFERENCES[field], journal, reference)
    if found is None:
        raise wrong_field(field, "unknown", f"There is no {field} {bare(reference)}: describe it first.")
    return found


async def _teacher(connection: AsyncConnection, journal: str, reference: str) -> str:
    person = await _reference(connection, journal, "teacher", reference)
    ext_id, role = (await roster.roles(connection, [person]))[person]
    if role != "teacher":
        message = f"{ext_id} is a {role}, not a teacher."
        raise ProblemError("role_mismatch", message, errors=[FieldError("teacher", "role_mismatch", message)])
    return person
