"""A course's people become visitors of its call, so that attendance also knows who did not come.

In: a launch of a teacher. Out: visitors. Runs beside the launch; when it fails, only that knowledge is missing.
"""

import logging
from collections.abc import Callable, Sequence

from identity.core.oidc import granted
from identity.core.oidc_tokens import StatementError
from identity.core.tokens import TOKEN_BYTES, token
from identity.oidc.outgoing import Outgoing
from identity.ports import Database
from journal_bridge.core import lti_members
from journal_bridge.core.lti_members import MAX_MEMBERS, MAX_PAGE, MAX_PAGES, MEDIA_TYPE, SCOPE, Member
from journal_bridge.lti.keys import ToolKeys
from journal_bridge.meetings import Meetings
from journal_bridge.store import lti as store
from journal_bridge.store.lti import Placement, Platform

log = logging.getLogger("zvonok.lti")

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"  # RFC 7523 section 2.2
ASSERTION_SECONDS = 60.0
AGAIN_SECONDS = 300.0  # how often a course may be asked for, however many teachers come
BATCH = 100  # people in one transaction: others write in between


class CourseMembers:
    """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""

    def __init__(
        self,
        database: Database,
        meetings: Meetings,
        keys: ToolKeys,
        outgoing: Outgoing,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._database = database
        self._meetings = meetings
        self._keys = keys
        self._outgoing = outgoing
        self._clock = clock
        self._random = random

    async def bring(self, platform: Platform, placement: Placement, call: str, url: str) -> None:
        """Make the course's people visitors of the call. Failures are logged."""
        now = self._clock()
        async with self._database.write() as connection:
            if not await store.claim_members(connection, placement.id, now, now - AGAIN_SECONDS):
                return
        try:
            people = await self._asked(platform, url)
        except StatementError as error:
            log.warning("the people of a course of %s are not known: %s", platform.issuer, error)
            return
        for some in _batches(people):
            async with self._database.write() as connection:
                for member in some:
                    await self._meetings.add_visitor(
                        connection,
                        call,
                        name=member.name,
                        role=member.role,
                        administrator=member.administrator,
                        ext_id=member.user,
                    )

    async def _asked(self, platform: Platform, url: str) -> list[Member]:
        headers = {"Authorization": f"Bearer {await self._token(platform)}", "Accept": MEDIA_TYPE}
        people: dict[str, Member] = {}
        page: str | None = url
        for _ in range(MAX_PAGES):
            if page is None or len(people) >= MAX_MEMBERS:
                break
            reply = await self._outgoing.get(page, headers=headers, limit=MAX_PAGE)
            people |= {member.user: member for member in lti_members.members(reply.body)}
            page = lti_members.next_page(reply.links, page)
        return list(people.values())[:MAX_MEMBERS]

    async def _token(self, platform: Platform) -> str:
        """A token for reading members, by our own word. LTI Security Framework section 4.1."""
        now = self._clock()
        claims = {
            "iss": platform.client,
            "sub": platform.client,
            "aud": platform.audience,
            "iat": int(now),
            "exp": int(now + ASSERTION_SECONDS),
            "jti": token(self._random(TOKEN_BYTES)),
        }
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": await self._keys.sign(claims),
            "scope": SCOPE,
        }
        return granted((await self._outgoing.post(platform.token, form=form)).body).access_token


def _batches(people: Sequence[Member]) -> list[Sequence[Member]]:
    return [people[at : at + BATCH] for at in range(0, len(people), BATCH)]
