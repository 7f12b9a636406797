"""Lesson calls as a place people visit. In: a person and a call. Out: what they may see, by the roster's word alone."""

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.claims import Claims
from identity.ports import Database
from journal_bridge import planning
from journal_bridge.calls import LessonCalls
from journal_bridge.core import admission, titles
from journal_bridge.core.problems import FieldError, ProblemError
from journal_bridge.core.records import Call, Status
from journal_bridge.core.references import bare
from journal_bridge.core.visits import Visit
from journal_bridge.store import calls as store
from journal_bridge.store import meetings as visitors
from journal_bridge.store import roster


class Lessons:
    """A `Place`. All methods raise ProblemError."""

    def __init__(self, database: Database, calls: LessonCalls) -> None:
        self._database = database
        self._calls = calls

    async def visit(self, person: str, call: str) -> Visit | None:
        """What a person of the roster may see of a lesson; None: it is no lesson."""
        async with self._database.read() as connection:
            found = await store.by_id(connection, call)
            return await _visit(connection, found, person) if found is not None else None

    async def follow(self, call: str, *, prepare: bool = False) -> Status:
        """The media room does as the database says; with `prepare` a planned call can be arranged."""
        return await self._calls.follow(call, prepare=prepare)

    async def invited(self, journal: str, reference: str, person: str) -> tuple[str, str]:
        """Our ids of a person whom the roster invites and of the call, as a journal names them."""
        async with self._database.read() as connection:
            call = await planning.found(connection, journal, reference)
            person_id = await store.reference_id(connection, "person", journal, person)
            if person_id is None:
                message = f"There is no person {bare(person)} in your journal."
                raise ProblemError("person_unknown", message, errors=[FieldError("person", "unknown", message)])
            if call.status == "ended":
                raise ProblemError("call_ended", "Nobody can enter an ended call.")
            await _visit(connection, call, person_id)
        return person_id, call.id


async def _visit(connection: AsyncConnection, call: Call, person: str) -> Visit:
    guest = await visitors.visitor(connection, person)
    if guest is not None and guest.call == call.id:
        return _visit_of(call, Claims(person, guest.name, guest.role), administrator=False)
    standing = await roster.standing(connection, person, call)
    described = await roster.person(connection, person)
    if standing is None or described is None or not admission.admitted(standing):
        raise ProblemError("not_invited", "The roster does not put this person into the call's class and subject.")
    return _visit_of(call, Claims(person, described[1].name, standing.role), admission.administers(standing))


def _visit_of(call: Call, claims: Claims, administrator: bool) -> Visit:
    return Visit(
        call=call.id,
        title=titles.title(call),
        status=call.status,
        class_title=call.class_.title,
        subject_title=call.subject.title,
        lesson_no=call.lesson_no,
        starts_at=call.starts_at,
        tz=call.tz,
        claims=claims,
        administrator=administrator,
    )
