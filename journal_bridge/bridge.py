"""The bridge as one object, made by `server/app.py`. In: a database, signalling's calls. Out: what HTTP serves."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from identity.ports import Database
from identity.service import Identity
from journal_bridge.attendance import AttendanceBook
from journal_bridge.bbb.door import Door as BigBlueButtonDoor
from journal_bridge.calendars import Calendars
from journal_bridge.calls import LessonCalls
from journal_bridge.core.calls import Scope
from journal_bridge.core.targets import Network, Targets
from journal_bridge.diary import Diary
from journal_bridge.doors import Doors
from journal_bridge.endings import Endings
from journal_bridge.events import Events
from journal_bridge.home import Home
from journal_bridge.idempotency import Answers
from journal_bridge.imports.export import Exports
from journal_bridge.imports.service import Imports
from journal_bridge.invites import Invites
from journal_bridge.keys import Keys
from journal_bridge.lessons import Lessons
from journal_bridge.linking import Linking
from journal_bridge.linking.codes import LinkCodes
from journal_bridge.linking.guesses import Guesses
from journal_bridge.linking.journals import Journals
from journal_bridge.linking.jumps import Jumps
from journal_bridge.lti.service import Lti, LtiConfig
from journal_bridge.meetings import Meetings
from journal_bridge.outbox import Outbox
from journal_bridge.roster import Roster
from journal_bridge.schools import Schools
from journal_bridge.steering import Steering
from journal_bridge.webhooks import Webhooks
from journal_bridge.webhooks_courier import Courier
from journal_bridge.webhooks_sending import Sender
from signalling.events import Event
from signalling.ports import Calls
from signalling.ports import Steering as Class

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


@dataclass(frozen=True, slots=True)
class BridgeConfig:
    """What an operator may choose."""

    public_url: str = ""
    """Where browsers reach us, like "https://call.school.ru"; empty: as each request came."""
    exclusive: Scope = "subject"
    """Which running calls exclude each other: those of a class and subject, or all of a teacher."""
    webhooks_allow: tuple[Network, ...] = ()
    """Networks of our own that webhooks may go to, over plain HTTP too."""
    bigbluebutton: Mapping[str, str] = field(default_factory=dict)
    """Secrets of the learning platforms that use BigBlueButton's interface, by name."""
    lti: LtiConfig = field(default_factory=LtiConfig)


class JournalBridge:
    """The journal's side of lesson calls."""

    def __init__(
        self,
        database: Database,
        rooms: Calls,
        *,
        classes: Class,
        identity: Identity,
        spawn: Spawn,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
        config: BridgeConfig | None = None,
    ) -> None:
        """`clock`: seconds since the epoch. `random`: that many unguessable bytes. `spawn` runs what goes on by
        itself until the server closes."""
        self.identity = identity
        self.random = random
        self._spawn = spawn
        self._tasks: list[asyncio.Task[None]] = []
        self.outbox = Outbox(clock=clock, random=random)
        self.config = config or BridgeConfig()
        self.keys = Keys(database, clock=clock, random=random)
        self.answers = Answers(database, clock)
        self.roster = Roster(database, identity.audit, random)
        targets = Targets(self.config.webhooks_allow)
        self.events = Events(database, self.outbox, clock=clock)
        self.webhooks = Webhooks(database, self.outbox, targets, clock=clock, random=random)
        self.courier = Courier(database, self.outbox.bell, Sender(targets), spawn=spawn, clock=clock, random=random)
        self.attendance = AttendanceBook(database, self.outbox, clock=clock, random=random)
        self.calls = LessonCalls(
            database, rooms, self.outbox, clock=clock, random=random, exclusive=self.config.exclusive
        )
        self.steering = Steering(database, self.calls, classes)
        self.meetings = Meetings(database, rooms, clock=clock, random=random)
        self.endings = Endings(self.calls, self.meetings, spawn)
        self.bigbluebutton = BigBlueButtonDoor(
            database,
            self.meetings,
            identity.tickets,
            self.attendance,
            secrets=self.config.bigbluebutton,
            targets=targets,
            public_url=self.config.public_url,
            clock=clock,
            random=random,
        )
        self.diary = Diary(database)
        self.linking = Linking(database, identity, self.outbox, clock=clock, random=random)
        identity.profiles.holders.append(self.linking)
        self.imports = Imports(database, self.outbox, self.linking.leaving, spawn=spawn, clock=clock, random=random)
        self.exports = Exports(database)
        self.calendars = Calendars(database, clock=clock, random=random)
        self.journals = Journals(database)
        self.home = Home(database, identity, self.diary, clock)
        self.link_codes = LinkCodes(database, identity, self.linking, self.journals, clock=clock, random=random)
        identity.entry.invitations = self.link_codes
        self.schools = Schools(database, identity, self.linking, self.link_codes, self.attendance, clock)
        self.guesses = Guesses(database, clock)
        self.jumps = Jumps(database, identity)
        self.doors = Doors(rooms, Lessons(database, self.calls), (self.meetings,), identity.tickets, self.linking)
        self.invites = Invites(
            database, self.doors, self.meetings, identity.tickets, identity.limits, clock=clock, random=random
        )
        self.lti = Lti(
            database,
            self.meetings,
            identity.tickets,
            self.doors,
            identity.limits,
            spawn=spawn,
            clock=clock,
            random=random,
            config=self.config.lti,
        )

    async def ensure_key(self, name: str, key: str, scopes: Collection[str]) -> None:
        """The journal `name` has this API key with exactly these scopes. Raises ValueError for an unusable key."""
        await self.keys.ensure_key(name, key, scopes)

    async def resume_running_calls(self) -> None:
        """Open the rooms of all running calls; call it once at start, before requests are served."""
        await self.calls.resume_running()
        await self.meetings.resume_running()
        self._spawn(self.imports.watch())

    def heard(self, event: Event) -> None:
        """One of signalling's events, in order. Does not wait and does not raise."""
        self.meetings.heard(event)
        self.bigbluebutton.heard(event)
        self.attendance.heard(event)
        self.endings.heard(event)

    def start(self) -> None:
        """Begin what goes on by itself until `close`; call it once."""
        goes_on = (self.attendance.run(), self.attendance.watch(), self.events.watch(), self.courier.run())
        self._tasks = [self._spawn(work) for work in (*goes_on, self.meetings.watch(), self.bigbluebutton.run())]

    async def close(self) -> None:
        """End that; everything heard is written when this returns. Call it when signalling is closed, before the
        database is."""
        self.endings.close()
        await self.attendance.close()
        self.events.close()
        await self.courier.close()
        self.meetings.close()
        await self.bigbluebutton.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
