"""The first page of whoever is signed in, as our own page asks for it. In: a profile's session. Out: JSON."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from msgspec import Struct

from identity.core.claims import Role
from identity.core.consents import ConsentState
from identity.core.profiles import Profile
from identity.http import browser
from identity.http.guard import Guard
from identity.http.sign_in import own_body
from identity.http.wire import Answer, render
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import titles
from journal_bridge.core.linking_requests import ConsentBody, WithdrawBody
from journal_bridge.core.records import Status
from journal_bridge.home import Consented, HomeShown, LessonShown, LinkShown
from journal_bridge.http.signed_in import owner, signed_in


class HomeProfile(Struct, frozen=True):
    """Whose page it is."""

    id: str
    family_name: str
    given_name: str
    patronymic: str | None
    consent: ConsentState


class HomePerson(Struct, frozen=True):
    """Whom the profile is linked with."""

    id: str
    name: str
    role: Role


class HomeJournal(Struct, frozen=True):
    """The journal that says so."""

    title: str
    login_url: str | None


class HomeLink(Struct, frozen=True):
    """One link."""

    person: HomePerson
    journal: HomeJournal
    school: str | None
    classes: list[str]
    linked_at: datetime


class HomeLesson(Struct, frozen=True):
    """A lesson of this week."""

    call: str
    title: str
    full_title: str
    status: Status
    starts_at: datetime
    join: bool
    person_name: str
    class_title: str
    subject_title: str


class HomeSchool(Struct, frozen=True):
    """A school that the profile administers."""

    id: str
    name: str


class HomeClass(Struct, frozen=True):
    """A class whose head teacher the profile is."""

    id: str
    title: str
    school: str


class ConsentNeeded(Struct, frozen=True):
    """A child under 14 who waits for the parent's consent to this text."""

    profile: str
    name: str
    birth_date: date
    text: str
    version: str


class ConsentGiven(Struct, frozen=True):
    """A child under 14 for whom a parent has consented, and may withdraw that."""

    profile: str
    name: str
    birth_date: date
    version: str
    at: datetime


class HomeAnswer(Struct, frozen=True):
    """Everything of the page."""

    profile: HomeProfile
    links: list[HomeLink]
    can_connect: bool
    lessons: list[HomeLesson]
    administers: list[HomeSchool]
    heads: list[HomeClass]
    consent_needed: list[ConsentNeeded]
    consent_given: list[ConsentGiven]


class HomePages:
    """Handlers."""

    def __init__(self, bridge: JournalBridge) -> None:
        self._bridge = bridge

    async def home(self, request: web.Request) -> web.StreamResponse:
        """GET /api/home."""
        shown = await self._bridge.home.of(await owner(request, self._bridge))
        return render(request, Answer(self._answer(shown)))

    async def consent(self, request: web.Request) -> web.StreamResponse:
        """POST /api/home/consents."""
        body = await own_body(request, ConsentBody, self._bridge.config.public_url)
        parent, address = await signed_in(request, self._bridge), browser(request).address
        await self._bridge.home.consent(parent, body.profile, body.version, address=address)
        return render(request, Answer(status=204))

    async def withdraw(self, request: web.Request) -> web.StreamResponse:
        """POST /api/home/consents/withdraw."""
        body = await own_body(request, WithdrawBody, self._bridge.config.public_url)
        parent, address = await signed_in(request, self._bridge), browser(request).address
        await self._bridge.home.withdraw(parent, body.profile, address=address)
        return render(request, Answer(status=204))

    def _answer(self, shown: HomeShown) -> HomeAnswer:
        profile, text = shown.profile, self._bridge.identity.profiles.consent_text
        return HomeAnswer(
            HomeProfile(profile.id, profile.family_name, profile.given_name, profile.patronymic, profile.consent),
            [_link(one) for one in shown.links],
            not shown.links and profile.consent != "withdrawn",
            [_lesson(one) for one in shown.lessons],
            [HomeSchool(school, name) for school, name in shown.administers],
            [HomeClass(one.id, one.title, one.school) for one in shown.heads],
            [
                ConsentNeeded(child.id, _name(child), child.birth_date, text.text, text.version)
                for child in shown.waiting
            ],
            [_consented(one) for one in shown.consented],
        )


def add_routes(app: web.Application, bridge: JournalBridge, guard: Guard) -> None:
    """The paths below /api/home."""
    pages = HomePages(bridge)
    app.router.add_get("/api/home", guard.around(pages.home))
    app.router.add_post("/api/home/consents", guard.around(pages.consent))
    app.router.add_post("/api/home/consents/withdraw", guard.around(pages.withdraw))


def _name(profile: Profile) -> str:
    return f"{profile.family_name} {profile.given_name}"


def _consented(shown: Consented) -> ConsentGiven:
    child, consent = shown.child, shown.consent
    at = datetime.fromtimestamp(int(consent.at), UTC)
    return ConsentGiven(child.id, _name(child), child.birth_date, consent.version, at)


def _link(shown: LinkShown) -> HomeLink:
    person = HomePerson(shown.person.id, shown.person.name, shown.person.role)
    linked_at = datetime.fromtimestamp(int(shown.link.linked_at), UTC)
    journal = HomeJournal(shown.journal_title, shown.login_url)
    return HomeLink(person, journal, shown.school, list(shown.class_titles), linked_at)


def _lesson(shown: LessonShown) -> HomeLesson:
    call = shown.lesson.call
    tz = ZoneInfo(call.tz)
    return HomeLesson(
        call.id,
        titles.title(call),
        titles.full_title(call, tz),
        call.status,
        call.starts_at.astimezone(tz),
        shown.lesson.join,
        shown.person.name,
        call.class_.title,
        call.subject.title,
    )
