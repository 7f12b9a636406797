"""Calls in courses: a link of a course leads to its living call, its people become the call's visitors.

In: checked launches. Out: tickets. A link outlives its calls: when one has ended, the next launch plans another.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.exc import IntegrityError

from identity.ports import Database
from identity.store import Entry, IdentityStore, Refusal
from journal_bridge.core import ids
from journal_bridge.core.lti import Launch
from journal_bridge.core.meetings import Rules
from journal_bridge.core.problems import ProblemError
from journal_bridge.doors import Doors
from journal_bridge.lti.errors import LtiError
from journal_bridge.meetings import Meetings
from journal_bridge.store import lti as store
from journal_bridge.store.lti import Placement, Platform

log = logging.getLogger("zvonok.lti")

UNTITLED = "Звонок"  # a course's link without a title
RULES = Rules(unvisited_minutes=24 * 60)  # a call to which nobody came makes way the next day


class Courses:
    """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""

    def __init__(
        self,
        database: Database,
        meetings: Meetings,
        tickets: IdentityStore,
        doors: Doors,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._database = database
        self._meetings = meetings
        self._tickets = tickets
        self._doors = doors
        self._clock = clock
        self._random = random

    async def place(self, platform: Platform, launch: Launch) -> tuple[Placement, str]:
        """Where the launch leads: the course's link, and the id of its living call."""
        placement = await self._placement(platform, launch)
        meeting, _ = await self._meetings.create(client_of(platform), placement.id, placement.title, rules=RULES)
        return placement, meeting.id

    async def ticket(self, launch: Launch, call: str) -> str:
        """A ticket by which the launch's person may enter the call."""
        async with self._database.write() as connection:
            visitor = await self._meetings.add_visitor(
                connection,
                call,
                name=launch.name,
                role=launch.role,
                administrator=launch.administrator,
                ext_id=launch.user,
                leave_url=launch.return_url or None,
            )
        secret, _ = await self._tickets.issue_ticket(visitor, call)
        return secret

    async def open(self, ticket: str, session: str) -> Entry | Refusal:
        """Redeem such a ticket; an administrator of the call starts it by coming. Raises LtiError."""
        entry = await self._doors.redeem(ticket, session)
        if isinstance(entry, Entry):
            await self._start_for(entry)
        return entry

    async def new_placement(self, platform: str, deployment: str, context: str, title: str) -> Placement:
        """A call that a teacher has named for the course; no link leads to it yet."""
        made = Placement(self._new_id(), platform, deployment, context, None, title or UNTITLED)
        async with self._database.write() as connection:
            await store.add_placement(connection, made, self._clock())
        return made

    async def _start_for(self, entry: Entry) -> None:
        visitor = await self._meetings.visitor(entry.person)
        if visitor is None or not visitor.administrator:
            return
        try:
            await self._meetings.start(entry.place)
        except ProblemError as error:
            if error.code != "call_ended":  # its page says so
                raise LtiError("call_failed", error.detail) from None

    async def _placement(self, platform: Platform, launch: Launch) -> Placement:
        """The one that the link's content item names, as long as it is of this very course (a course may be copied
        with its items), or the link's own."""
        course = (platform.id, launch.deployment, launch.context)
        found = await self._found(course, launch)
        if found is None:
            made = Placement(self._new_id(), *course, launch.resource, launch.resource_title or UNTITLED)
            try:
                async with self._database.write() as connection:
                    await store.add_placement(connection, made, self._clock())
            except IntegrityError:  # somebody else's launch was faster
                found = await self._found(course, launch)
                assert found is not None
            else:
                return made
        if found.resource is not None and launch.resource_title not in ("", found.title):
            async with self._database.write() as connection:
                await store.rename(connection, found.id, launch.resource_title)
            found = replace(found, title=launch.resource_title)
        return found

    async def _found(self, course: tuple[str, str, str], launch: Launch) -> Placement | None:
        async with self._database.read() as connection:
            picked = await store.placement(connection, *course, id=launch.placement) if launch.placement else None
            return picked or await store.placement(connection, *course, resource=launch.resource)

    def _new_id(self) -> str:
        return ids.make("plc", self._random(ids.ID_BYTES))


def client_of(platform: Platform) -> str:
    """How meetings of this platform are known."""
    return f"lti:{platform.id}"
