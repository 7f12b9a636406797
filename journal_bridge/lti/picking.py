"""A teacher adds a call to a course: Deep Linking 2.0.

In: a checked deep linking request, later the teacher's choice. Out: what the form shows; the signed answer.
"""

from collections.abc import Callable
from dataclasses import dataclass

from identity.core.tokens import TOKEN_BYTES, digest, token
from identity.ports import Database
from journal_bridge.core.lti import MAX_TITLE, Launch
from journal_bridge.core.lti_deep_linking import content_item, response
from journal_bridge.lti.courses import Courses
from journal_bridge.lti.errors import LtiError
from journal_bridge.lti.keys import ToolKeys
from journal_bridge.store import lti as store
from journal_bridge.store.lti import Pick, Placement, Platform

PICK_SECONDS = 1800.0  # to think of a name
SHOWN = 50  # calls of the course to choose from, the newest


@dataclass(frozen=True, slots=True)
class Offer:
    """The form: its secret (it needs no cookie, which frames would lose), the course's calls."""

    secret: str
    placements: list[Placement]


@dataclass(frozen=True, slots=True)
class Picked:
    """What the browser carries back to the platform."""

    return_url: str
    jwt: str


class Picking:
    """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""

    def __init__(
        self,
        database: Database,
        courses: Courses,
        keys: ToolKeys,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._database = database
        self._courses = courses
        self._keys = keys
        self._clock = clock
        self._random = random

    async def offer(self, platform: Platform, launch: Launch) -> Offer:
        """What a teacher chooses from. Raises LtiError."""
        assert launch.picking is not None
        if not launch.administrator:
            raise LtiError("teachers_only")
        secret, now = token(self._random(TOKEN_BYTES)), self._clock()
        course = (platform.id, launch.deployment, launch.context)
        pick = Pick(*course, launch.picking.return_url, launch.picking.data, now + PICK_SECONDS)
        async with self._database.write() as connection:
            await store.add_pick(connection, pick, secret=digest(secret), now=now)
            return Offer(secret, await store.placements(connection, *course, limit=SHOWN))

    async def answer(self, secret: str, placement: str, title: str, origin: str) -> Picked:
        """The course gets a link to one of its calls, or (`placement` is "") to a new one. Raises LtiError."""
        async with self._database.write() as connection:
            pick = await store.take_pick(connection, secret=digest(secret))
        if pick is None or self._clock() >= pick.expires_at:
            raise LtiError("pick_expired")
        course = (pick.platform, pick.deployment, pick.context)
        async with self._database.read() as connection:
            platform = await store.platform(connection, pick.platform)
            found = await store.placement(connection, *course, id=placement) if placement else None
        if found is None:
            if placement:
                raise LtiError("pick_expired", "no such call in this course")
            title = " ".join(title.split())[:MAX_TITLE]
            found = await self._courses.new_placement(*course, title if title.isprintable() else "")
        claims = response(
            issuer=platform.issuer,
            client=platform.client,
            deployment=pick.deployment,
            items=[content_item(found.id, found.title, f"{origin}/lti/launch")],
            data=pick.data,
            nonce=token(self._random(TOKEN_BYTES)),
            now=self._clock(),
        )
        return Picked(pick.return_url, await self._keys.sign(claims))
