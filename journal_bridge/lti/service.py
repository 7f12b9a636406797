"""LTI as one object, made by the bridge. In: a database, meetings, tickets. Out: what HTTP serves."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from identity.core.addresses import Network
from identity.limits import Limits
from identity.oidc.documents import Documents
from identity.oidc.outgoing import Outgoing
from identity.ports import Database
from identity.store import IdentityStore
from journal_bridge.core.lti import Launch
from journal_bridge.core.targets import Targets
from journal_bridge.doors import Doors
from journal_bridge.lti.courses import Courses
from journal_bridge.lti.entrance import Entrance
from journal_bridge.lti.keys import ToolKeys
from journal_bridge.lti.members import CourseMembers
from journal_bridge.lti.picking import Picking
from journal_bridge.lti.registration import Registration
from journal_bridge.meetings import Meetings
from journal_bridge.store.lti import Platform

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


@dataclass(frozen=True, slots=True)
class LtiConfig:
    """What an operator may choose."""

    registration_secret: str = ""
    """The end of the address at which platforms register; empty: none can."""
    allow: tuple[Network, ...] = ()
    """Networks of our own in which platforms may be; whoever has the secret can then make us ask there."""


class Lti:
    """Owns nothing that must be closed."""

    def __init__(
        self,
        database: Database,
        meetings: Meetings,
        tickets: IdentityStore,
        doors: Doors,
        limits: Limits,
        *,
        spawn: Spawn,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
        config: LtiConfig,
    ) -> None:
        """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""
        targets = Targets(config.allow)
        outgoing = Outgoing(check=lambda address: targets.check_address(address, "https"))
        self._spawn = spawn
        self.random = random
        self.keys = ToolKeys(database, clock)
        self.entrance = Entrance(database, Documents(outgoing, clock), limits, clock=clock, random=random)
        self.courses = Courses(database, meetings, tickets, doors, clock=clock, random=random)
        self.members = CourseMembers(database, meetings, self.keys, outgoing, clock=clock, random=random)
        self.picking = Picking(database, self.courses, self.keys, clock=clock, random=random)
        self.registration = Registration(database, outgoing, config.registration_secret, clock=clock, random=random)

    async def enter(self, platform: Platform, launch: Launch) -> str:
        """A ticket for the call that a resource link leads to. A teacher brings the course's people along."""
        placement, call = await self.courses.place(platform, launch)
        secret = await self.courses.ticket(launch, call)
        if launch.administrator and launch.members_url:
            self._spawn(self.members.bring(platform, placement, call, launch.members_url))
        return secret
