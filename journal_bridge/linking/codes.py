"""Codes that lead to a link, from either side. In: a journal's or a profile's wish. Out: codes, then links.

From the journal: it asks for a code for its person; whoever opens it with a profile and says «Привязать» is linked.
From our page: a profile's owner asks for a code, takes it to the journal and signs in there; the journal says whose it
is and sends the browser back with a proof. Only the browser in which that profile is signed in completes the link: a
code that somebody was talked into confirming links nobody.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.claims import Role
from identity.core.profiles import Profile
from identity.core.tokens import TOKEN_BYTES, digest, token
from identity.ports import Database, Invitation
from identity.service import Identity
from journal_bridge.core import codes
from journal_bridge.core import links as rules
from journal_bridge.core.links import LinkedPerson, LinkSession, State
from journal_bridge.core.problems import ProblemError
from journal_bridge.linking.journals import Journals
from journal_bridge.linking.links import Linking, known_person
from journal_bridge.store import journals as cards
from journal_bridge.store import links as store
from journal_bridge.store import schools
from journal_bridge.store.schools import Member


@dataclass(frozen=True, slots=True)
class Code:
    """A code and until when it works; seconds since the epoch."""

    code: str
    expires_at: float


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody with a code may know before they link. `matches`: None while nobody is signed in."""

    state: State
    person: Member
    school: str | None
    class_titles: tuple[str, ...]
    journal: str
    expires_at: float
    matches: bool | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A link was made; `next` is where the journal wants the browser."""

    role: Role
    next: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A profile's code, as its journal sees it. `profile_name` is shortened: enough to recognise oneself."""

    code: str
    open: bool
    profile_name: str
    expires_at: float


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A journal has said whose code it is: the browser must bring this proof back."""

    code: str
    proof: str
    person: str
    expires_at: float


class LinkCodes:
    """All methods raise ProblemError; a code may be written in any way that people type."""

    def __init__(
        self,
        database: Database,
        identity: Identity,
        links: Linking,
        journals: Journals,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""
        self._database = database
        self._identity = identity
        self._links = links
        self._journals = journals
        self._clock = clock
        self._random = random

    # -- from the journal, or by an invitation of the school

    async def open_for_person(self, journal: str, reference: str, return_url: str | None) -> Code:
        """A code for a person of the journal's, who will be sent to it (B8, B9)."""
        if return_url is not None:
            await self._journals.check_return(journal, return_url)
        async with self._database.write() as connection:
            person, _, _ = await known_person(connection, journal, reference)
            if await store.of_person(connection, person) is not None:
                raise _person_linked()
            session = LinkSession("journal", journal, person, None, return_url, None, self._end(), None)
            return await self._keep(connection, session, codes.SHORT)

    async def invite(self, connection: AsyncConnection, person: Member) -> Code:
        """A code on paper, for somebody who has no profile or one that nobody has signed in to yet."""
        end = self._clock() + rules.INVITATION_SECONDS
        session = LinkSession("invitation", person.journal, person.id, None, None, None, end, None)
        return await self._keep(connection, session, codes.LONG)

    async def shown(self, typed: str, profile: Profile | None) -> Shown:
        """What the page says of a code."""
        async with self._database.read() as connection:
            _, session = await _found(connection, typed, for_page=True)
            assert session.person is not None
            person = (await schools.people(connection, [session.person])).get(session.person)
            if person is None:
                raise _unknown()
            link = await store.of_person(connection, person.id)
            linked = link is not None and not await self._waits(connection, link)
            title, _ = await cards.named(connection, session.journal)
            school, classes = await schools.place_of(connection, person.id)
        state = rules.state(session, linked=linked, now=self._clock())
        matches = None if profile is None else names_match(profile, person)
        return Shown(state, person, school, classes, title, session.expires_at, matches)

    async def accept(self, typed: str, profile: Profile, *, address: str) -> Accepted:
        """The signed-in profile is the code's person from now on."""
        self._check_profile(profile)
        try:
            async with self._database.write() as connection:
                code, session = await _found(connection, typed, for_page=True)
                await self._use(connection, code, session)
                assert session.person is not None
                role = await self._link(connection, session, session.person, profile, address=address)
                return Accepted(role, session.return_url)
        except IntegrityError:  # somebody was faster, or the profile has such a person already
            async with self._database.read() as connection:
                _, session = await _found(connection, typed, for_page=True)
                raise await _taken(connection, session) from None

    # -- from our page

    async def open_for_profile(self, profile: Profile, journal: str) -> tuple[Code, str]:
        """A code for the profile's owner to take to a journal, and the journal's address (B3-B6)."""
        self._check_profile(profile)
        card = await self._journals.card(journal)
        if card is None or card.world != profile.world:
            raise ProblemError("journal_unknown", "Choose a journal of the list.")
        async with self._database.write() as connection:
            await self._identity.limits.take(connection, rules.CODES_PROFILE, profile.id)
            session = LinkSession("profile", journal, None, profile.id, None, None, self._end(), None)
            return await self._keep(connection, session, codes.SHORT), card.login_url

    async def asked(self, journal: str, typed: str) -> Asked:
        """What a journal may know of a profile's code before it asks its user to confirm."""
        async with self._database.read() as connection:
            code, session = await _found(connection, typed, journal=journal)
            assert session.profile is not None
            profile = await self._identity.profiles.get_in(connection, session.profile)
        if profile is None:
            raise _unknown()
        is_open = rules.problem(session, now=self._clock()) is None
        return Asked(code, is_open, f"{profile.given_name} {profile.family_name[:1]}.", session.expires_at)

    async def confirm(self, journal: str, typed: str, reference: str) -> Confirmed:
        """The journal's signed-in person is whose code it is; the link is made when the browser comes back."""
        now, proof = self._clock(), token(self._random(TOKEN_BYTES))
        async with self._database.write() as connection:
            code, session = await _found(connection, typed, journal=journal)
            assert session.profile is not None
            person, _, role = await known_person(connection, journal, reference)
            if await store.of_person(connection, person) is not None:
                raise _person_linked()
            if await store.taken(connection, session.profile, journal, role):
                raise _profile_linked()
            end = max(session.expires_at, now + rules.RETURN_SECONDS)
            if not await store.confirm(connection, code, person, proof, now, expires_at=end):
                raise _spent(session, now)
        return Confirmed(code, proof, person, end)

    async def back(self, typed: str, proof: str, profile: Profile, *, address: str) -> Accepted:
        """The browser is back from the journal with its proof, and the profile that made the code is signed in."""
        self._check_profile(profile)
        try:
            async with self._database.write() as connection:
                code, session = await _found(connection, typed)
                if session.profile != profile.id:
                    raise ProblemError("link_foreign", "Another profile asked for this link: sign in with it.")
                if session.proof is None or not hmac.compare_digest(session.proof, digest(proof)):
                    raise _unknown()
                await self._use(connection, code, session)
                assert session.person is not None
                return Accepted(await self._link(connection, session, session.person, profile, address=address), None)
        except IntegrityError:
            async with self._database.read() as connection:
                _, session = await _found(connection, typed)
                raise await _taken(connection, session) from None

    # -- for identity

    async def invitation(self, code: str) -> Invitation | None:
        """What a living code of a person means for who signs in with it; None for any other."""
        async with self._database.read() as connection:
            try:
                _, session = await _found(connection, code, for_page=True)
            except ProblemError:
                return None
            if rules.problem(session, now=self._clock()) is not None or session.person is None:
                return None
            _, world = await cards.named(connection, session.journal)
            link = await store.of_person(connection, session.person)
            waits = link is not None and session.kind == "invitation" and await self._waits(connection, link)
        return Invitation(world, link.profile if waits and link is not None else None)

    # -- what both directions share

    async def _keep(self, connection: AsyncConnection, session: LinkSession, length: int) -> Code:
        code = codes.make(self._random(codes.CODE_BYTES), length)
        await store.keep(connection, code, session, self._clock())
        return Code(code, session.expires_at)

    def _end(self) -> float:
        return self._clock() + rules.SESSION_SECONDS

    def _check_profile(self, profile: Profile) -> None:
        """A child may link before the parent's consent: the parent gives it through the child's link."""
        if profile.consent in ("missing", "withdrawn"):
            raise ProblemError("consent_needed", "Sign in again and read the consent.")

    async def _use(self, connection: AsyncConnection, code: str, session: LinkSession) -> None:
        now = self._clock()
        if not await store.use(connection, code, now):
            raise _spent(session, now)

    async def _link(
        self, connection: AsyncConnection, session: LinkSession, person: str, profile: Profile, *, address: str
    ) -> Role:
        """The profile is the person, within a transaction that used the code up. Raises IntegrityError."""
        _, world = await cards.named(connection, session.journal)
        described = (await schools.people(connection, [person])).get(person)
        if described is None or world != profile.world:
            raise _unknown()
        known = await store.of_person(connection, person)
        if known is None:
            await self._links.make(connection, person, session.journal, described.role, profile.id, address=address)
        elif known.profile != profile.id:
            if session.kind != "invitation" or not await self._waits(connection, known):
                raise _person_linked()
            await self._links.move(connection, known, profile.id, actor=profile.id, address=address)
            await self._drop(connection, known.profile, by=profile.id)
        return described.role

    async def _drop(self, connection: AsyncConnection, waiting: str, *, by: str) -> None:
        """A profile that waited for its owner is not needed any more, unless it is somebody else as well."""
        known = await self._identity.profiles.get_in(connection, waiting)
        if known is not None and not await store.of_profile(connection, waiting):
            await self._identity.profiles.delete_in(connection, waiting, by=by)

    async def _waits(self, connection: AsyncConnection, link: LinkedPerson) -> bool:
        """Is the link's profile one that was split off and has no owner's phone yet?"""
        profile = await self._identity.profiles.get_in(connection, link.profile)
        return profile is None or not profile.complete


def names_match(profile: Profile, person: Member) -> bool:
    """Does the profile bear the person's name?"""
    return rules.same_name((profile.family_name, profile.given_name), (person.family_name, person.given_name))


async def _found(
    connection: AsyncConnection,
    typed: str,
    *,
    for_page: bool = False,
    journal: str | None = None,
) -> tuple[str, LinkSession]:
    """The code and what it stands for: `for_page` a person's, else a profile's (for that journal)."""
    code = codes.read(typed)
    session = await store.find(connection, code) if code is not None else None
    if code is None or session is None:
        raise _unknown()
    if (session.kind == "profile") == for_page or (journal is not None and session.journal != journal):
        raise _unknown()
    return code, session


async def _taken(connection: AsyncConnection, session: LinkSession) -> ProblemError:
    """Which of the two rules of `core/links.py` the database kept."""
    if session.person is not None and await store.of_person(connection, session.person) is not None:
        return _person_linked()
    return _profile_linked()


def _spent(session: LinkSession, now: float) -> ProblemError:
    problem = rules.problem(session, now=now) or "link_used"  # somebody else used or confirmed it at this moment
    detail = {"link_used": "Ask for a new code.", "link_expired": "Codes live ten minutes, on paper two weeks."}
    return ProblemError(problem, detail[problem])


def _unknown() -> ProblemError:
    return ProblemError("link_unknown", "Check the code, or ask for a new one.")


def _person_linked() -> ProblemError:
    return ProblemError("person_linked", "Linking is done once; the school's administrator can end a link.")


def _profile_linked() -> ProblemError:
    return ProblemError("profile_linked", "This profile is somebody of that role in the journal already.")
