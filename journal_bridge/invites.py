"""Invite links to lesson calls (D12, E6). In: a journal's wish, then browsers with the link. Out: ways into the call.

Whoever the roster invites enters as themselves, by a ticket's session or a signed-in profile. Others enter only where
the link says so, under a name that shows that they are guests, and never as administrators.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from identity.core.limits import HOUR, Limit, network
from identity.core.tokens import TOKEN_BYTES, digest, token
from identity.limits import Limits
from identity.ports import Database
from identity.store import Entry, IdentityStore
from journal_bridge import planning
from journal_bridge.core import ids, titles
from journal_bridge.core.linking_requests import InviteLinkBody
from journal_bridge.core.problems import ProblemError, wrong_field
from journal_bridge.core.records import Call
from journal_bridge.doors import Doors, Proofs
from journal_bridge.meetings import Meetings
from journal_bridge.store import calls
from journal_bridge.store import invites as store
from journal_bridge.store.invites import InviteLink

DEFAULT_SPAN = timedelta(hours=24)  # behind the lesson's start: a link in a parents' chat is forgotten by then
LONGEST_SPAN = timedelta(days=30)  # from now: a month's lessons planned at once

GUESTS_ADDRESS = (Limit("guest.address.hour", 300, HOUR),)
"""Guests let in from one address: each is a person of the call, and a school's parents may sit in one hall."""

State = Literal["open", "expired", "used_up"]


@dataclass(frozen=True, slots=True)
class Made:
    """A new link with its token, which is never shown again."""

    token: str
    link: InviteLink


@dataclass(frozen=True, slots=True)
class Shown:
    """What whoever has the link may know of the call."""

    call: Call
    title: str
    state: State
    guests: bool


@dataclass(frozen=True, slots=True)
class Entered:
    """The call to go to; `session` for a guest's browser, None: it has what it needs."""

    call: str
    session: str | None


class Invites:
    """All methods raise ProblemError."""

    def __init__(
        self,
        database: Database,
        doors: Doors,
        meetings: Meetings,
        tickets: IdentityStore,
        limits: Limits,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""
        self._database = database
        self._doors = doors
        self._meetings = meetings
        self._tickets = tickets
        self._limits = limits
        self._clock = clock
        self._random = random

    async def make(self, journal: str, reference: str, body: InviteLinkBody) -> Made:
        """A link to a call that has not ended."""
        now = self._now()
        async with self._database.write() as connection:
            call = await planning.found(connection, journal, reference)
            if call.status == "ended":
                raise ProblemError("call_ended", "Nobody can enter an ended call.")
            expires_at = body.expires_at or max(call.starts_at, now) + DEFAULT_SPAN
            if not now < expires_at <= now + LONGEST_SPAN and body.expires_at is not None:
                raise wrong_field("expires_at", "invalid", f"From now, {LONGEST_SPAN.days} days at most.")
            link_id = ids.make("inv", self._random(ids.ID_BYTES))
            link = InviteLink(link_id, call.id, body.guests, body.max_uses, 0, expires_at.astimezone(UTC))
            secret = token(self._random(TOKEN_BYTES))
            await store.keep(connection, link, digest(secret))
        return Made(secret, link)

    async def shown(self, secret: str) -> Shown:
        """The call behind a link."""
        link, call = await self._found(secret)
        return Shown(call, titles.title(call), self._state(link, call), link.guests)

    async def enter(self, secret: str, proofs: Proofs, name: str | None, *, address: str) -> Entered:
        """The way in: as oneself where the roster invites, else as a guest called `name`, from a network address."""
        link, call = await self._found(secret)
        if call.deleted or call.status == "ended" or self._now() >= link.expires_at:
            raise ProblemError("invite_expired", "Ask for a new link.")
        try:
            await self._doors.visit(proofs, call.id)
        except ProblemError as error:
            if error.code not in ("session_missing", "not_invited") or not link.guests:
                raise
        else:
            return Entered(call.id, None)
        called = titles.guest(name or "")
        if not called:
            raise ProblemError("name_needed", "Say what others should call you.")
        async with self._database.write() as connection:
            await self._limits.take(connection, GUESTS_ADDRESS, network(address))
            if not await store.use(connection, link.id):
                raise ProblemError("invite_used_up", "Ask for a new link.")
            visitor = await self._meetings.add_visitor(
                connection, call.id, name=called, role="parent", administrator=False
            )
        ticket, _ = await self._tickets.issue_ticket(visitor, call.id)
        entry = await self._tickets.redeem(ticket)
        assert isinstance(entry, Entry)
        return Entered(call.id, entry.session)

    async def _found(self, secret: str) -> tuple[InviteLink, Call]:
        async with self._database.read() as connection:
            link = await store.find(connection, digest(secret))
            call = await calls.by_id(connection, link.call) if link is not None else None
        if link is None or call is None:
            raise ProblemError("invite_unknown", "Check that the link was copied whole.")
        return link, call

    def _state(self, link: InviteLink, call: Call) -> State:
        if call.deleted or self._now() >= link.expires_at:
            return "expired"
        return "used_up" if link.max_uses is not None and link.uses >= link.max_uses else "open"

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)
