"""The way into a call: a ticket for a person's browser, the browser's sessions, a token for the media room.

In: references, secrets. Out: what the page shows, the token it connects with. A call is of one `Place`, which decides
each time who may see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from identity.store import Entry, IdentityStore, Refusal
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.records import Status
from journal_bridge.core.visits import Place, Visit, call_role
from journal_bridge.lessons import Lessons
from signalling.ports import Admission, Calls


@dataclass(frozen=True, slots=True)
class Ticket:
    """A one-use way in; whoever holds the secret enters as the person."""

    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a browser shows of its user: secrets of a ticket's session and of a profile's session, "" for none."""

    session: str = ""
    profile: str = ""


class Linked(Protocol):
    """Who in the rosters a profile's session stands for."""

    async def people_of(self, profile_session: str) -> Sequence[str] | None:
        """Our ids of the people linked with the profile; None: there is no such session."""


class Doors:
    """All methods raise ProblemError. `places` are asked in turn whose call it is."""

    def __init__(
        self, rooms: Calls, lessons: Lessons, others: Sequence[Place], tickets: IdentityStore, linked: Linked
    ) -> None:
        self._rooms = rooms
        self._lessons = lessons
        self._places: tuple[Place, ...] = (lessons, *others)
        self._tickets = tickets
        self._linked = linked

    async def issue_ticket(self, journal: str, reference: str, person: str) -> Ticket:
        """A ticket for a person whom the roster invites. A planned call's page waits for the start."""
        person_id, call = await self._lessons.invited(journal, reference, person)
        secret, ticket = await self._tickets.issue_ticket(person_id, call)
        return Ticket(secret, datetime.fromtimestamp(ticket.expires_at, UTC))

    async def redeem(self, ticket: str, session: str) -> Entry | Refusal:
        """A new session for a ticket. A used ticket still lets the browser in that used it (reload, back button)."""
        entry = await self._tickets.redeem(ticket)
        if isinstance(entry, Refusal) and entry.problem == "ticket_used" and entry.ticket is not None:
            known = await self._tickets.session(session)
            if known is not None and known.person == entry.ticket.person:
                return Entry(session, known.person, entry.ticket.place)
        return entry

    async def visit(self, proofs: Proofs, call: str) -> Visit:
        """What a browser may see of a call: as the ticket's person, else as anybody its profile is linked with."""
        return (await self._visit(proofs, call))[1]

    async def enter(self, proofs: Proofs, call: str) -> tuple[str, Visit]:
        """A token for the call's room, which is opened again in case it was lost."""
        place, visit = await self._visit(proofs, call)
        status = visit.status
        if status == "running":
            status = await place.follow(call)
        if status != "running":
            raise _not_running(call, status)
        admitted = Admission(visit.claims.person, visit.claims.name, call_role(visit))
        try:
            return self._rooms.admit(call, admitted), visit
        except LookupError:  # it ended after we looked
            raise _not_running(call, "ended") from None

    async def prepare(self, proofs: Proofs, call: str) -> tuple[str, Visit]:
        """A token for the page of somebody who leads the call and arranges it before it runs: nobody joins with it."""
        place, visit = await self._visit(proofs, call)
        if not visit.administrator:
            raise ProblemError("not_leading", "The roster does not make this person lead the call.")
        status = await place.follow(call, prepare=True)
        try:
            return self._rooms.admit(call, Admission(visit.claims.person, visit.claims.name, call_role(visit))), visit
        except LookupError:
            raise _not_running(call, status) from None

    async def _visit(self, proofs: Proofs, call: str) -> tuple[Place, Visit]:
        refusal = ProblemError("not_invited", "The signed-in profile is linked with nobody who is invited.")
        for person in await self._people(proofs):
            try:
                return await self._visit_as(person, call)
            except ProblemError as error:
                if error.code != "not_invited":
                    raise
                refusal = error
        raise refusal

    async def _people(self, proofs: Proofs) -> Sequence[str]:
        """Who the browser's user may be, the ticket's person first."""
        ticket = await self._tickets.session(proofs.session) if proofs.session else None
        linked = await self._linked.people_of(proofs.profile) if proofs.profile else None
        if ticket is None and linked is None:
            raise ProblemError("session_missing", "Open the call from the journal again, or sign in.")
        first = (ticket.person,) if ticket is not None else ()
        return tuple(dict.fromkeys((*first, *(linked or ()))))

    async def _visit_as(self, person: str, call: str) -> tuple[Place, Visit]:
        for place in self._places:
            visit = await place.visit(person, call)
            if visit is not None:
                return place, visit
        raise ProblemError("call_unknown", "There is no such call.")


def _not_running(call: str, status: Status) -> ProblemError:
    extra = {"call": {"id": call, "status": status}}
    return ProblemError("call_not_running", f"The call is {status}.", extra=extra)
