"""Meetings of learning platforms and their visitors: made, started, ended, and watched until they are over.

In: what a platform's door (BigBlueButton, LTI) asks for, signalling's events. Out: meetings as they are now, visits.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.claims import Claims, Role
from identity.ports import Database
from journal_bridge.core import ids
from journal_bridge.core.attendance import KEEP_SECONDS
from journal_bridge.core.meetings import USUAL, Meeting, Presence, Rules, Visitor, overdue
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.records import Status
from journal_bridge.core.visits import Visit
from journal_bridge.store import meetings as store
from signalling.events import CallEnded, Event, ParticipantJoined, ParticipantLeft
from signalling.ports import Calls

log = logging.getLogger("zvonok.meetings")

LOOK_SECONDS = 10.0  # how late a meeting may end by itself
FORGET_EVERY = 3600.0  # seconds
TZ = "Europe/Moscow"  # platforms do not say where they are; it only decides how moments are shown

Ending = Callable[[AsyncConnection, Meeting], Awaitable[None]]
"""Told of a meeting's end in the transaction that ends it."""


class Meetings:
    """A `Place`. Every write is one transaction; the media room follows the commit.

    `endings`: doors add to it what must be noted when a meeting ends.
    """

    def __init__(
        self, database: Database, rooms: Calls, *, clock: Callable[[], float], random: Callable[[int], bytes]
    ) -> None:
        self.endings: list[Ending] = []
        self._database = database
        self._rooms = rooms
        self._clock = clock
        self._random = random
        self._presence = Presence()
        self._following = asyncio.Lock()
        self._closing = asyncio.Event()
        self._forget_at = 0.0

    # -- visitors

    async def add_visitor(
        self,
        connection: AsyncConnection,
        call: str,
        *,
        name: str,
        role: Role,
        administrator: bool,
        ext_id: str | None = None,
        leave_url: str | None = None,
    ) -> str:
        """Somebody from outside the roster may enter the call; their id ("vis_…") stands for a person in tickets.

        The same ext_id in the same call is the same visitor, with the latest name and rights. Too long texts are cut;
        an ext_id that does not fit (over 256 characters) raises ValueError. `leave_url` is shown as a link.
        """
        if ext_id is not None and len(ext_id) > store.MAX_EXT_ID:
            raise ValueError("the visitor's ext_id is too long")
        new_id = ids.make("vis", self._random(ids.ID_BYTES))
        visitor = Visitor(new_id, call, name[: store.MAX_TITLE], role, administrator, ext_id or None, leave_url)
        return await store.add_visitor(connection, visitor, {"created_at": self._now()})

    async def visitor(self, visitor: str) -> Visitor | None:
        """A visitor of any call, a lesson's guest as well."""
        async with self._database.read() as connection:
            return await store.visitor(connection, visitor)

    async def visitors(self, call: str) -> Mapping[str, Visitor]:
        """Everybody who was let into a call, by id."""
        async with self._database.read() as connection:
            return await store.visitors(connection, call)

    # -- the life of a meeting

    async def create(
        self,
        client: str,
        ext_id: str,
        title: str,
        *,
        rules: Rules = USUAL,
        details: Mapping[str, Any] | None = None,
    ) -> tuple[Meeting, bool]:
        """A planned meeting; False: the client has a living one of this ext_id, which is given back as it is.

        Texts must fit the limits of `store/meetings.py`.
        """
        assert len(client) <= store.MAX_CLIENT and len(ext_id) <= store.MAX_EXT_ID and len(title) <= store.MAX_TITLE
        new_id = ids.make("call", self._random(ids.ID_BYTES))
        new = Meeting(new_id, client, ext_id, title, "planned", self._now(), rules=rules, details=details or {})
        try:
            async with self._database.write() as connection:
                known = await store.find(connection, client, ext_id)
                if known is None:
                    await store.create(connection, new)
        except IntegrityError:  # somebody created it between our look and our insert
            known = await self.of(client, ext_id)
            if known is None:
                raise
        return (new, True) if known is None else (known, False)

    async def start(self, meeting_id: str) -> Meeting:
        """The room is open when this returns. Raises ProblemError: call_unknown, call_ended, media_unavailable."""
        async with self._database.write() as connection:
            meeting = await _locked(connection, meeting_id)
            if meeting.status == "ended":
                raise ProblemError("call_ended", "The meeting has ended.")
            if meeting.status == "planned":
                meeting = replace(meeting, status="running", started_at=self._now())
                await store.change(connection, meeting_id, {"status": "running", "started_at": meeting.started_at})
        await self.follow(meeting_id)
        return meeting

    async def end(self, meeting_id: str) -> Meeting:
        """Everybody leaves; its ext_id is free. Repeating changes nothing. Raises ProblemError as `start` does."""
        async with self._database.write() as connection:
            meeting = await _locked(connection, meeting_id)
            if meeting.status != "ended":
                meeting = replace(meeting, status="ended", ended_at=self._now())
                await store.change(connection, meeting_id, {"status": "ended", "ended_at": meeting.ended_at})
                for ending in self.endings:
                    await ending(connection, meeting)
        await self.follow(meeting_id)
        return meeting

    async def of(self, client: str, ext_id: str) -> Meeting | None:
        """The client's living meeting."""
        async with self._database.read() as connection:
            return self._seen(await store.find(connection, client, ext_id))

    async def by_id(self, meeting_id: str) -> Meeting | None:
        """Any meeting, ended or not."""
        async with self._database.read() as connection:
            return self._seen(await store.by_id(connection, meeting_id))

    async def living(self, client: str) -> list[Meeting]:
        """The client's meetings that have not ended, the oldest first."""
        async with self._database.read() as connection:
            found = await store.living(connection, client)
        return [replace(meeting, visited_at=self._visited(meeting)) for meeting in found]

    def people(self, meeting_id: str) -> tuple[str, ...]:
        """The ids of the visitors who are in the room now."""
        return self._presence.people(meeting_id)

    # -- a place that people visit

    async def visit(self, person: str, call: str) -> Visit | None:
        """What a visitor may see of a meeting; None: the call is no meeting. Raises ProblemError (not_invited)."""
        async with self._database.read() as connection:
            meeting = await store.by_id(connection, call)
            if meeting is None:
                return None
            visitor = await store.visitor(connection, person)
        if visitor is None or visitor.call != call:
            raise ProblemError("not_invited", "The meeting's platform did not send this person.")
        return Visit(
            call=call,
            title=meeting.title,
            status=meeting.status,
            class_title="",
            subject_title="",
            lesson_no=None,
            starts_at=meeting.started_at or meeting.created_at,
            tz=TZ,
            claims=Claims(person, visitor.name, visitor.role),
            administrator=visitor.administrator,
            leave_url=visitor.leave_url,
        )

    async def follow(self, call: str, *, prepare: bool = False) -> Status:
        """The media room does as the database says now; says what that is. With `prepare` a planned meeting can be
        arranged. Raises ProblemError."""
        async with self._following:
            async with self._database.read() as connection:
                meeting = await store.by_id(connection, call)
            try:
                if meeting is not None and meeting.status == "running":
                    self._presence.opened(call, self._clock())
                    await self._rooms.open_call(call, title=meeting.title)
                elif meeting is not None and meeting.status == "planned" and prepare:
                    await self._rooms.prepare_call(call, title=meeting.title)
                else:
                    await self._rooms.end_call(call)
                    self._presence.closed(call)
            except Exception:
                log.exception("the room of %s does not follow its meeting", call)
                raise ProblemError("media_unavailable", "The meeting's state is stored; repeat the request.") from None
        return meeting.status if meeting is not None else "ended"

    # -- by itself

    def heard(self, event: Event) -> None:
        """One of signalling's events, in order; those of other calls are ignored. Does not wait."""
        match event:
            case ParticipantJoined():
                self._presence.joined(event.call, event.participant, event.identity)
            case ParticipantLeft():
                self._presence.left(event.call, event.participant, event.at)
            case CallEnded():
                self._presence.closed(event.call)

    async def resume_running(self) -> None:
        """Open the rooms of the meetings that run: the server starts again."""
        async with self._database.read() as connection:
            running = [meeting for meeting in await store.living(connection) if meeting.status == "running"]
        for meeting in running:
            try:
                await self.follow(meeting.id)
            except ProblemError:  # logged; whoever enters next opens it
                continue

    async def watch(self) -> None:
        """Look after the meetings until `close`."""
        while not self._closing.is_set():
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._closing.wait()
            except TimeoutError:
                await self._look_again()

    def close(self) -> None:
        """Look after them no longer."""
        self._closing.set()

    async def _look_again(self) -> None:
        try:
            await self.look()
        except Exception:
            log.exception("meetings could not be looked after; trying again in %.0f s", LOOK_SECONDS)

    async def look(self) -> None:
        """End what is over, note who was visited; now and then forget what is older than any attendance."""
        if self._clock() >= self._forget_at:
            self._forget_at = self._clock() + FORGET_EVERY
            async with self._database.write() as connection:
                await store.forget(connection, self._now() - timedelta(seconds=KEEP_SECONDS))
        async with self._database.read() as connection:
            living = await store.living(connection)
        for stored in living:
            meeting = replace(stored, visited_at=self._visited(stored))
            since = self._presence.empty_since(meeting.id)
            empty_since = datetime.fromtimestamp(since, UTC) if since is not None else None
            if meeting.status == "planned":
                empty_since = meeting.created_at
            if (reason := overdue(meeting, empty_since, self._now())) is not None:
                log.info("meeting %s ends by itself: %s", meeting.id, reason)
                await self.end(meeting.id)
            elif meeting.visited_at != stored.visited_at:
                async with self._database.write() as connection:
                    await store.change(connection, meeting.id, {"visited_at": meeting.visited_at})

    def _seen(self, meeting: Meeting | None) -> Meeting | None:
        return replace(meeting, visited_at=self._visited(meeting)) if meeting is not None else None

    def _visited(self, meeting: Meeting) -> datetime | None:
        """When somebody was first there; a little late when that was not written down yet."""
        if meeting.visited_at is None and self._presence.visited(meeting.id):
            return self._now()
        return meeting.visited_at

    def _now(self) -> datetime:
        """Whole milliseconds: some platforms show a moment back to us to say which meeting they mean."""
        return datetime.fromtimestamp(round(self._clock() * 1000) / 1000, UTC)


async def _locked(connection: AsyncConnection, meeting_id: str) -> Meeting:
    meeting = await store.lock(connection, meeting_id)
    if meeting is None:
        raise ProblemError("call_unknown", "There is no such meeting.")
    return meeting
