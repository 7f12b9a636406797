"""A profile's own page: whom it is linked with, this week's lessons, children who wait for a parent's consent.

In: a profile. Out: what its owner sees, and the consents a parent gives and withdraws.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.consents import Consent
from identity.core.profiles import Profile
from identity.ports import Database
from identity.service import Identity
from journal_bridge.core.links import LinkedPerson
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.week import Lesson
from journal_bridge.diary import Diary
from journal_bridge.store import journals as cards
from journal_bridge.store import links as store
from journal_bridge.store import schools
from journal_bridge.store.schools import Headed, Member


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A person the profile is, with where they are from."""

    link: LinkedPerson
    person: Member
    journal_title: str
    login_url: str | None
    school: str | None
    class_titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LessonShown:
    """A line of the week and whose it is."""

    lesson: Lesson
    person: Member


@dataclass(frozen=True, slots=True)
class Consented:
    """A child for whom a parent's consent stands."""

    child: Profile
    consent: Consent


@dataclass(frozen=True, slots=True)
class HomeShown:
    """Everything of the page. `waiting`: profiles of children for whom no parent's consent stands."""

    profile: Profile
    links: tuple[LinkShown, ...]
    lessons: tuple[LessonShown, ...]
    administers: Sequence[tuple[str, str]]  # id, name
    heads: Sequence[Headed]
    waiting: tuple[Profile, ...]
    consented: tuple[Consented, ...]


class Home:
    """All methods raise ProblemError."""

    def __init__(self, database: Database, identity: Identity, diary: Diary, clock: Callable[[], float]) -> None:
        self._database = database
        self._identity = identity
        self._diary = diary
        self._clock = clock

    async def of(self, profile: Profile) -> HomeShown:
        """The page as it is now; of a profile whose consent was withdrawn only that."""
        if profile.consent == "withdrawn":
            return HomeShown(profile, (), (), (), (), (), ())
        async with self._database.read() as connection:
            links = await self._links(connection, profile)
            people = [shown.person.id for shown in links]
            administers = await schools.administered_by(connection, people)
            heads = await schools.headed_by(connection, people)
            waiting, consented = await self._consents(connection, profile)
        lessons = [line for shown in links for line in await self._week(shown.person)]
        lessons.sort(key=lambda line: (line.lesson.call.starts_at, line.lesson.call.id))
        return HomeShown(profile, tuple(links), tuple(lessons), administers, heads, waiting, consented)

    async def consent(self, parent: Profile, child: str, version: str, *, address: str) -> None:
        """The parent has read the text and agrees for their child."""
        async with self._database.write() as connection:
            await self._check_child(connection, parent, child)
            await self._identity.profiles.consent_for_child(
                connection, child, by=parent.id, version=version, address=address
            )

    async def withdraw(self, parent: Profile, child: str, *, address: str) -> None:
        """The parent does not agree any more: the child is signed out everywhere."""
        async with self._database.write() as connection:
            await self._check_child(connection, parent, child)
            await self._identity.profiles.withdraw_in(connection, child, by=parent.id, address=address)

    async def _links(self, connection: AsyncConnection, profile: Profile) -> list[LinkShown]:
        links = await store.of_profile(connection, profile.id)
        people = await schools.people(connection, [link.person for link in links])
        known = {card.journal: card for card in await cards.listed(connection, journals=[one.journal for one in links])}
        shown = []
        for link in links:
            school, classes = await schools.place_of(connection, link.person)
            card = known.get(link.journal)
            title = card.title if card else (await cards.named(connection, link.journal))[0]
            shown.append(LinkShown(link, people[link.person], title, card.login_url if card else None, school, classes))
        return shown

    async def _week(self, person: Member) -> list[LessonShown]:
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        monday = today - timedelta(days=today.weekday())
        week = await self._diary.week(person.journal, person.id, monday)
        return [LessonShown(lesson, person) for lesson in week.lessons]

    async def _consents(
        self, connection: AsyncConnection, parent: Profile
    ) -> tuple[tuple[Profile, ...], tuple[Consented, ...]]:
        """The children about whom the parent decides: those without consent, and those with it."""
        waiting, consented = [], []
        for child in await self._children(connection, parent):
            if not self._identity.profiles.parent_decides(child):
                continue
            consent = await self._identity.profiles.consent_of(connection, child.id)
            if child.consent == "given" and consent is not None:
                consented.append(Consented(child, consent))
            else:
                waiting.append(child)
        return tuple(waiting), tuple(consented)

    async def _check_child(self, connection: AsyncConnection, parent: Profile, child: str) -> None:
        """Only the journal says whose child somebody is."""
        if all(one.id != child for one in await self._children(connection, parent)):
            raise ProblemError("child_unknown", "The journal does not name this profile as your child.")

    async def _children(self, connection: AsyncConnection, parent: Profile) -> list[Profile]:
        """The profiles of the children of whom the profile is a parent."""
        parents = [link.person for link in await store.of_profile(connection, parent.id) if link.role == "parent"]
        children = await schools.children_of(connection, parents)
        profiles = {link.profile for link in await store.of_people(connection, children)}
        found = [await self._identity.profiles.get_in(connection, one) for one in sorted(profiles)]
        return [one for one in found if one is not None]
