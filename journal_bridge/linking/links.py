"""The links themselves: who stands for whom, made and ended. In: open transactions, ids. Out: links; journals hear."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.claims import Role
from identity.core.moments import moment
from identity.ports import Database
from identity.service import Identity
from journal_bridge.core import cursors, ids
from journal_bridge.core.links import LinkedPerson
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.references import bare
from journal_bridge.outbox import Outbox
from journal_bridge.store import calls as references
from journal_bridge.store import links as store
from journal_bridge.store import roster, schools
from journal_bridge.store.links import Standing

Reason = Literal["journal", "school", "erased", "left"]
"""Who ended a link: the journal, the school's administrator, an erasure, the person's leaving the roster."""


class Linking:
    """Knows the links of every journal. Methods that take a connection work within the caller's transaction."""

    def __init__(
        self,
        database: Database,
        identity: Identity,
        outbox: Outbox,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""
        self._database = database
        self._identity = identity
        self._outbox = outbox
        self._clock = clock
        self._random = random

    # -- who is linked

    async def people_of(self, profile_session: str) -> Sequence[str] | None:
        """Our ids of the people linked with the session's profile, none when its consent was withdrawn; None: there is
        no such session."""
        session = await self._identity.sessions.of(profile_session)
        profile = await self._identity.profiles.get(session.profile) if session is not None else None
        if session is None or profile is None:
            return None
        if profile.consent == "withdrawn":
            return ()
        return tuple(link.person for link in await self.of_profile(session.profile))

    async def of_profile(self, profile: str) -> Sequence[LinkedPerson]:
        """Whom a profile is linked with, teachers first."""
        async with self._database.read() as connection:
            return await store.of_profile(connection, profile)

    async def standing(self, journal: str, reference: str) -> Standing:
        """Whether a journal's person is linked. Raises ProblemError (`person_unknown`)."""
        async with self._database.read() as connection:
            person, ext_id, role = await known_person(connection, journal, reference)
            link = await store.of_person(connection, person)
        return Standing(person, ext_id, role, link.linked_at if link else None)

    async def page(
        self, journal: str, *, linked: bool | None, class_: str | None, limit: int, after: str | None
    ) -> tuple[Sequence[Standing], str | None]:
        """A journal's people by ext_id, and the cursor that leads on. Raises ProblemError."""
        start = cursors.decode_key(after, 1)[0] if after else None
        async with self._database.read() as connection:
            class_id = await references.reference_id(connection, "class", journal, class_) if class_ else None
            if class_ and class_id is None:
                return (), None
            found = await store.standings(
                connection, journal, linked=linked, class_id=class_id, after=start, limit=limit + 1
            )
        shown = found[:limit]
        return shown, cursors.encode_key(shown[-1].ext_id) if len(found) > limit else None

    # -- made and ended

    async def make(
        self, connection: AsyncConnection, person: str, journal: str, role: Role, profile: str, *, address: str
    ) -> LinkedPerson:
        """The profile stands for the person from now on. Raises IntegrityError when either is taken."""
        link = LinkedPerson(ids.make("lnk", self._random(ids.ID_BYTES)), person, journal, role, profile, self._clock())
        await store.create(connection, link)
        await self._note(connection, link, "link.created", actor=profile, details={"role": role}, address=address)
        await self._tell(connection, link, "link.created", {"linked_at": moment(link.linked_at)})
        return link

    async def move(
        self, connection: AsyncConnection, link: LinkedPerson, profile: str, *, actor: str, address: str
    ) -> None:
        """Another profile stands for the person. Raises IntegrityError when it has one of this role already."""
        await store.move(connection, link, profile, self._clock())
        details = {"from": link.profile, "to": profile}
        await self._note(connection, link, "link.moved", actor=actor, details=details, address=address)

    async def end(
        self,
        connection: AsyncConnection,
        people: Collection[str],
        *,
        reason: Reason,
        actor: str,
        address: str = "",
    ) -> Sequence[LinkedPerson]:
        """These people (a few hundred at most) have no profile, no code and no open browser any more."""
        ended = await store.remove(connection, people)
        await self._identity.tickets.end_in(connection, people)
        for link in ended:
            await self._note(connection, link, "link.removed", actor=actor, details={"reason": reason}, address=address)
        for link in ended:
            await self._tell(connection, link, "link.removed", {"reason": reason})
        return ended

    async def end_of(self, journal: str, reference: str) -> None:
        """The journal ends a person's link; repeating changes nothing. Raises ProblemError (`person_unknown`)."""
        async with self._database.write() as connection:
            person, _, _ = await known_person(connection, journal, reference)
            await self.end(connection, [person], reason="journal", actor=journal)

    async def leave(self, journal: str, reference: str) -> None:
        """A person leaves the roster: enrolments, link and open browsers end. Repeating changes nothing."""
        async with self._database.write() as connection:
            person = await references.reference_id(connection, "person", journal, reference)
            if person is None:
                raise ProblemError("person_unknown", f"There is no person {bare(reference)} in your journal.")
            await self.leaving(connection, [person], actor=journal)
            await roster.leave(connection, [person], datetime.fromtimestamp(self._clock(), UTC))

    async def leaving(self, connection: AsyncConnection, people: Collection[str], *, actor: str) -> None:
        """These people leave the roster with the caller's transaction: what they were by their link ends."""
        await self.end(connection, people, reason="left", actor=actor)
        await schools.resign(connection, people)

    # -- as a holder of things about profiles

    async def export(self, connection: AsyncConnection, profile: str) -> Mapping[str, Any]:
        """What is held of a profile here: whom it is linked with."""
        links = await store.of_profile(connection, profile)
        described = await schools.people(connection, [link.person for link in links])
        return {
            "links": [
                {
                    "person": {"id": link.person, "name": described[link.person].name, "role": link.role},
                    "linked_at": moment(link.linked_at),
                }
                for link in links
            ]
        }

    async def forget(self, connection: AsyncConnection, profile: str) -> None:
        """The profile is deleted: its links end."""
        links = await store.of_profile(connection, profile)
        await self.end(connection, [link.person for link in links], reason="erased", actor=profile)
        await store.forget_profile(connection, profile)

    async def _note(
        self,
        connection: AsyncConnection,
        link: LinkedPerson,
        action: str,
        *,
        actor: str,
        details: Mapping[str, Any],
        address: str,
    ) -> None:
        """Write it into the log of every school the person belongs to."""
        found = await schools.schools_of(connection, link.person)
        for school in found or (None,):
            await self._identity.audit.note(
                connection,
                actor=actor,
                action=action,
                subject=link.person,
                school=school,
                details=details,
                address=address,
            )

    async def _tell(
        self,
        connection: AsyncConnection,
        link: LinkedPerson,
        kind: Literal["link.created", "link.removed"],
        more: Mapping[str, Any],
    ) -> None:
        ext_id, role = (await roster.roles(connection, [link.person]))[link.person]
        person = {"id": link.person, "ext_id": ext_id, "role": role}
        await self._outbox.record(connection, link.journal, kind, {"person": person, **more})


async def known_person(connection: AsyncConnection, journal: str, reference: str) -> tuple[str, str, Role]:
    """Our id, the journal's own and the role of somebody in its roster. Raises ProblemError (`person_unknown`)."""
    person = await references.reference_id(connection, "person", journal, reference)
    described = (await schools.people(connection, [person])).get(person) if person else None
    if person is None or described is None:
        raise ProblemError("person_unknown", f"There is no person {bare(reference)} in your journal.")
    return person, described.ext_id, described.role
