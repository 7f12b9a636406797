"""What clients are told: written with its cause, sent later, tried again until it arrives or the ladder ends.

In: meetings that begin and end, signalling's events. Out: requests to the addresses that clients named.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.ports import Database
from journal_bridge.core import bbb_hooks, bbb_meetings
from journal_bridge.core.attendance import Attendance
from journal_bridge.core.bbb_hooks import Happening
from journal_bridge.core.bbb_meetings import CLIENT_PREFIX
from journal_bridge.core.meetings import Meeting, Visitor
from journal_bridge.core.webhooks import GONE, LADDER, LEASE_SECONDS, Outcome, good, wait
from journal_bridge.meetings import Meetings
from journal_bridge.store import bbb as store
from journal_bridge.store.bbb import Callback
from signalling.events import Event, ParticipantJoined, ParticipantLeft

log = logging.getLogger("zvonok.bbb")

LOOK_SECONDS = 5.0  # the ladder's first step
SETTLE_SECONDS = 15.0  # from a meeting's end to its analytics: until then everybody's leaving is written
AT_ONCE = 8  # requests to different addresses side by side
MAX_HEARD = 10_000  # joins and leaves that wait for the database; beyond, the newest are not told to hooks
UNAUTHORIZED = 401  # the client has another secret: trying again with ours is no use


class Sender(Protocol):
    """Makes one request to a stranger's address, and does not let it lead into our own network."""

    async def request(
        self, method: Literal["GET", "POST"], url: str, headers: Mapping[str, str], body: bytes
    ) -> Outcome:
        """What came of it; does not raise."""


class Attendances(Protocol):
    """Who was in a call."""

    async def of(self, call_id: str) -> Sequence[Attendance]: ...


class Callbacks:
    """`secrets` of clients by name. `clock`: seconds since the epoch. `chance`: 0..1, spreads retries."""

    def __init__(
        self,
        database: Database,
        meetings: Meetings,
        attendance: Attendances,
        sender: Sender,
        secrets: Mapping[str, str],
        *,
        clock: Callable[[], float],
        chance: Callable[[], float],
        public_url: str,
    ) -> None:
        self._database = database
        self._meetings = meetings
        self._attendance = attendance
        self._sender = sender
        self._secrets = secrets
        self._clock = clock
        self._chance = chance
        self._domain = urlsplit(public_url).hostname or "localhost"
        self._heard: deque[ParticipantJoined | ParticipantLeft] = deque()
        self._on_the_way: set[tuple[str, str]] = set()  # call and visitor between two rooms of the call
        self._news = asyncio.Event()
        self._closing = False
        self._writing = asyncio.Lock()

    # -- what is to be told

    async def note(self, happening: Happening, meeting: Meeting, visitor: Visitor | None = None) -> None:
        """Something happened in a meeting, just now: its client's hooks will hear of it."""
        async with self._database.write() as connection:
            await self._note(connection, happening, meeting, visitor, self._clock())
        self._news.set()

    async def note_end(self, connection: AsyncConnection, meeting: Meeting) -> None:
        """A meeting ends in this transaction; those of other doors are none of ours."""
        if not meeting.client.startswith(CLIENT_PREFIX):
            return
        self._on_the_way = {(call, who) for call, who in self._on_the_way if call != meeting.id}
        now, details = self._clock(), bbb_meetings.details_of(meeting)
        told = [self._row(meeting, "end", bbb_hooks.end_url(url, meeting), now) for url in details.end_urls]
        if details.analytics_url:
            told.append(self._row(meeting, "analytics", details.analytics_url, now + SETTLE_SECONDS))
        await store.add_callbacks(connection, told)
        await self._note(connection, "meeting-ended", meeting, None, now)
        self._news.set()

    def heard(self, event: Event) -> None:
        """One of signalling's events, in order. Does not wait and does not raise.

        Who goes to another room of the call neither leaves nor joins the meeting; who gets lost on the way counts as
        present until the meeting ends.
        """
        if not isinstance(event, ParticipantJoined | ParticipantLeft) or not event.identity.startswith("vis_"):
            return
        if self._moves(event):
            return
        if len(self._heard) >= MAX_HEARD:
            log.error("hooks are not told of a visitor of %s: too many events wait for the database", event.call)
            return
        self._heard.append(event)
        self._news.set()

    def _moves(self, event: ParticipantJoined | ParticipantLeft) -> bool:
        who = (event.call, event.identity)
        if isinstance(event, ParticipantJoined):
            arrives = who in self._on_the_way
            self._on_the_way.discard(who)
            return arrives
        if event.reason == "MIGRATION":
            self._on_the_way.add(who)
        return event.reason == "MIGRATION"

    async def write_heard(self) -> None:
        """Everything heard so far is in the database when this returns."""
        async with self._writing:
            await self._write_heard()

    async def _write_heard(self) -> None:
        while self._heard:
            event = self._heard[0]
            meeting = await self._meetings.by_id(event.call)
            visitor = await self._meetings.visitor(event.identity)
            if meeting is not None and visitor is not None and meeting.client.startswith(CLIENT_PREFIX):
                happening: Happening = "user-joined" if isinstance(event, ParticipantJoined) else "user-left"
                async with self._database.write() as connection:
                    await self._note(connection, happening, meeting, visitor, event.at)
            self._heard.popleft()

    async def _note(
        self, connection: AsyncConnection, happening: Happening, meeting: Meeting, visitor: Visitor | None, at: float
    ) -> None:
        hooks = [hook for hook in await store.hooks(connection, meeting.client) if hook.wants(happening, meeting)]
        event = json.dumps(bbb_hooks.happened(happening, meeting, visitor, at), ensure_ascii=False)
        rows = [self._row(meeting, "hook", hook.url, self._clock(), event) for hook in hooks]
        await store.add_callbacks(connection, rows)

    def _row(
        self, meeting: Meeting, kind: bbb_hooks.Kind, url: str, due_at: float, event: str | None = None
    ) -> dict[str, Any]:
        return {
            "meeting_id": meeting.id,
            "client": meeting.client,
            "kind": kind,
            "url": url,
            "event": event,
            "made_at": self._clock(),
            "due_at": due_at,
        }

    # -- telling it

    async def run(self) -> None:
        """Tell it until `close`; what is left is told after the next start."""
        while not self._closing:
            self._news.clear()
            try:
                await self.tell()
            except Exception:
                log.exception("callbacks could not be sent; trying again")
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def close(self) -> None:
        """Everything heard is in the database when this returns."""
        self._closing = True
        self._news.set()
        await self.write_heard()

    async def tell(self) -> None:
        """Write what was heard, send everything that is due."""
        await self.write_heard()
        while due := await self._due():
            async with asyncio.TaskGroup() as group:
                for callback in due:
                    group.create_task(self._attempt(callback))

    async def _due(self) -> list[Callback]:
        async with self._database.read() as connection:
            return await store.due(connection, self._clock(), AT_ONCE)

    async def _attempt(self, callback: Callback) -> None:
        async with self._database.write() as connection:
            if not await store.lease(connection, callback, self._clock() + LEASE_SECONDS):
                return
        outcome = await self._sent(callback)
        async with self._database.write() as connection:
            if outcome is None or good(outcome):
                await store.forget(connection, callback.number)
                return
            failed = callback.failed + 1
            problem = f"{outcome.status or outcome.error}"
            if failed >= len(LADDER) or outcome.status in (GONE, UNAUTHORIZED):
                log.warning("%s of %s is given up: %s", callback.kind, callback.meeting, problem)
                await store.forget(connection, callback.number)
                return
            log.info("%s of %s did not arrive: %s", callback.kind, callback.meeting, problem)
            again = self._clock() + wait(failed, self._chance())
            await store.reschedule(connection, callback.number, again, failed)

    async def _sent(self, callback: Callback) -> Outcome | None:
        """None: it concerns nobody any more."""
        secret = self._secrets.get(callback.client.removeprefix(CLIENT_PREFIX))
        meeting = await self._meetings.by_id(callback.meeting)
        if secret is None or meeting is None:
            return None
        headers = {"User-Agent": "Zvonok-BigBlueButton/1"}
        match callback.kind:
            case "end":
                return await self._sender.request("GET", callback.url, headers, b"")
            case "analytics":
                people = await self._attendance.of(meeting.id)
                body = json.dumps(bbb_hooks.analytics(meeting, people), ensure_ascii=False).encode()
                headers |= {
                    "Content-Type": "application/json",
                    "Authorization": f"Bearer {bbb_hooks.bearer(secret, self._clock())}",
                }
                return await self._sender.request("POST", callback.url, headers, body)
            case "hook":
                moment = round(callback.made_at * 1000)
                url, form = bbb_hooks.hook_request(callback.url, callback.event or "", moment, self._domain, secret)
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                return await self._sender.request("POST", url, headers, form)
