"""The way into a call: a ticket for a person's browser, the browser's session, a token for the media room.

In: references, secrets. Out: what the page shows, the token it connects with. Rights come from the roster each time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.claims import Claims
from identity.ports import Database
from identity.store import Entry, IdentityStore, Refusal
from journal_bridge import planning
from journal_bridge.calls import LessonCalls
from journal_bridge.core import admission
from journal_bridge.core.admission import Standing
from journal_bridge.core.problems import FieldError, ProblemError
from journal_bridge.core.records import Call, Status
from journal_bridge.core.references import bare
from journal_bridge.store import calls as store
from journal_bridge.store import roster
from signalling.ports import Admission, Calls


@dataclass(frozen=True, slots=True)
class Ticket:
    """A one-use way in; whoever holds the secret enters as the person."""

    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """A person in front of a call."""

    call: Call
    claims: Claims
    standing: Standing


class Doors:
    """All methods raise ProblemError."""

    def __init__(self, database: Database, rooms: Calls, calls: LessonCalls, identity: IdentityStore) -> None:
        self._database = database
        self._rooms = rooms
        self._calls = calls
        self._identity = identity

    async def issue_ticket(self, journal: str, reference: str, person: str) -> Ticket:
        """A ticket for a person whom the roster invites. A planned call's page waits for the start."""
        async with self._database.read() as connection:
            call = await planning.found(connection, journal, reference)
            person_id = await store.reference_id(connection, "person", journal, person)
            if person_id is None:
                message = f"There is no person {bare(person)} in your journal."
                raise ProblemError("person_unknown", message, errors=[FieldError("person", "unknown", message)])
            await _visit(connection, call, person_id)
        if call.status == "ended":
            raise ProblemError("call_ended", "Nobody can enter an ended call.")
        secret, ticket = await self._identity.issue_ticket(person_id, call.id)
        return Ticket(secret, datetime.fromtimestamp(ticket.expires_at, UTC))

    async def redeem(self, ticket: str, session: str) -> Entry | Refusal:
        """A new session for a ticket. A used ticket still lets the browser in that used it (reload, back button)."""
        entry = await self._identity.redeem(ticket)
        if isinstance(entry, Refusal) and entry.problem == "ticket_used" and entry.ticket is not None:
            known = await self._identity.session(session)
            if known is not None and known.person == entry.ticket.person:
                return Entry(session, known.person, entry.ticket.place)
        return entry

    async def visit(self, session: str, call_id: str) -> Visit:
        """What a browser with this session may see of a call."""
        known = await self._identity.session(session)
        if known is None:
            raise ProblemError("session_missing", "Open the call from the journal again.")
        async with self._database.read() as connection:
            call = await store.by_id(connection, call_id)
            if call is None:
                raise ProblemError("call_unknown", "There is no such call.")
            return await _visit(connection, call, known.person)

    async def enter(self, session: str, call_id: str) -> tuple[str, Visit]:
        """A token for the call's room, which is opened again in case it was lost."""
        visit = await self.visit(session, call_id)
        status = visit.call.status
        if status == "running":
            status = await self._calls.follow(call_id)
        if status != "running":
            raise _not_running(call_id, status)
        admitted = Admission(visit.claims.person, visit.claims.name, admission.call_role(visit.standing))
        try:
            return self._rooms.admit(call_id, admitted), visit
        except LookupError:  # it ended after we looked
            raise _not_running(call_id, "ended") from None


def _not_running(call_id: str, status: Status) -> ProblemError:
    extra = {"call": {"id": call_id, "status": status}}
    return ProblemError("call_not_running", f"The call is {status}.", extra=extra)


async def _visit(connection: AsyncConnection, call: Call, person_id: str) -> Visit:
    standing = await roster.standing(connection, person_id, call)
    described = await roster.person(connection, person_id)
    if standing is None or described is None or not admission.admitted(standing):
        raise ProblemError("not_invited", "The roster does not put this person into the call's class and subject.")
    return Visit(call, Claims(person_id, described[1].name, standing.role), standing)
