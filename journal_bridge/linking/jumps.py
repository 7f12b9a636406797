"""The button in the journal that opens our page, already signed in (B12). In: the journal's word. Out: sessions."""

from datetime import UTC, datetime

from identity.ports import Database
from identity.service import Identity
from identity.store import Refusal
from journal_bridge.core.links import may_jump
from journal_bridge.core.problems import ProblemError
from journal_bridge.doors import Ticket
from journal_bridge.linking.codes import names_match
from journal_bridge.linking.links import known_person
from journal_bridge.store import links as store
from journal_bridge.store import schools

HOME = "home"
"""What the tickets lead to: no call has such an id."""


class Jumps:
    """Issues and redeems tickets that lead to the person's own page."""

    def __init__(self, database: Database, identity: Identity) -> None:
        self._database = database
        self._identity = identity

    async def issue(self, journal: str, reference: str) -> Ticket:
        """A ticket for a linked person. Raises ProblemError (`person_unknown`, `person_unlinked`)."""
        async with self._database.read() as connection:
            person, _, _ = await known_person(connection, journal, reference)
            if await store.of_person(connection, person) is None:
                raise ProblemError("person_unlinked", "Link first: POST /v1/link-sessions.")
        secret, ticket = await self._identity.tickets.issue_ticket(person, HOME)
        return Ticket(secret, datetime.fromtimestamp(ticket.expires_at, UTC))

    async def redeem(self, ticket: str, profile_session: str, *, device: str) -> str | None:
        """The secret of the person's profile session, the browser's own when it has one already.

        None: the ticket alone signs nobody in (`core/links.may_jump`), or it cannot be used; one signs in oneself.
        """
        entry = await self._identity.tickets.redeem(ticket)
        own = await self._identity.sessions.of(profile_session)
        if isinstance(entry, Refusal) or entry.place != HOME:
            return profile_session if own is not None else None
        async with self._database.read() as connection:
            link = await store.of_person(connection, entry.person)
            if link is None:
                return None
            links = await store.of_profile(connection, link.profile)
            person = (await schools.people(connection, [entry.person])).get(entry.person)
            profile = await self._identity.profiles.get_in(connection, link.profile)
        if own is not None and own.profile == link.profile:
            return profile_session
        if person is None or profile is None or profile.consent == "withdrawn":
            return None
        if not may_jump(link.journal, links, names_match=names_match(profile, person)):
            return None
        return await self._identity.sessions.start(link.profile, device=device)
