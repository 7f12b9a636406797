"""A school's pages as our own page asks for them (B14, A19). In: an administrator's session. Out: JSON, downloads."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from aiohttp import web
from msgspec import Meta, Struct

from identity.core import phones
from identity.core.bodies import EmptyBody
from identity.core.claims import Role
from identity.core.profiles import Form
from identity.http import browser
from identity.http.guard import Guard
from identity.http.sign_in import own_body
from identity.http.wire import Answer, origin, render
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import qr
from journal_bridge.core.linking_requests import EraseBody, SplitBody
from journal_bridge.http.query import DEFAULT_PAGE, PAGED, typed
from journal_bridge.http.signed_in import signed_in
from journal_bridge.linking.codes import Code
from journal_bridge.schools import Listed, Slip
from journal_bridge.store.school_people import Counted, Wanted

PRIVATE = {"Cache-Control": "no-store"}
MAX_WORDS = 4  # of a name that is searched for

PEOPLE_QUERY: dict[str, Any] = {
    **PAGED,
    "role": Role,
    "class": Annotated[str, Meta(min_length=1, max_length=40)],
    "status": Literal["linked", "unlinked"],
    "search": Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")],
}
AUDIT_QUERY: dict[str, Any] = {"after": Annotated[int, Meta(ge=1, le=2**53)]}


class CountAnswer(Struct, frozen=True):
    """How many have linked, of how many."""

    linked: int
    all: int


class CountsAnswer(Struct, frozen=True):
    """By role."""

    teacher: CountAnswer
    student: CountAnswer
    parent: CountAnswer


class SchoolClassAnswer(Struct, frozen=True):
    """A class; its pupils and their parents are counted."""

    id: str
    title: str
    linked: int
    all: int
    head_teacher: str | None


class SchoolAnswer(Struct, frozen=True):
    """The school's first page."""

    id: str
    name: str
    tz: str
    counts: CountsAnswer
    classes: list[SchoolClassAnswer]


class SchoolPersonAnswer(Struct, frozen=True):
    """A line of the list. `parents` are a pupil's, `children` a parent's."""

    id: str
    ext_id: str
    name: str
    role: Role
    class_titles: list[str]
    linked_at: datetime | None
    profile: str | None
    phone_masked: str | None
    parents: list[str]
    children: list[str]


class SchoolPeopleAnswer(Struct, frozen=True):
    """People by name."""

    data: list[SchoolPersonAnswer]
    has_more: bool
    next: str | None


class InvitationAnswer(Struct, frozen=True):
    """A code on paper."""

    code: str
    url: str
    qr_svg: str
    expires_at: datetime


class SlipAnswer(InvitationAnswer, frozen=True):
    """One person's slip of a sheet to print."""

    person: str
    name: str
    role: Role


class SheetAnswer(Struct, frozen=True):
    """Those of a class who have not linked yet, and their parents."""

    class_title: str
    data: list[SlipAnswer]


class AuditLine(Struct, frozen=True):
    """One deed; names are null for who is known no more."""

    at: datetime
    actor_name: str | None
    action: str
    subject_name: str | None
    details: dict[str, Any]


class AuditAnswer(Struct, frozen=True):
    """The newest first."""

    data: list[AuditLine]
    has_more: bool
    next: str | None


class SchoolPages:
    """Handlers."""

    def __init__(self, bridge: JournalBridge) -> None:
        self._bridge = bridge
        self._schools = bridge.schools

    async def overview(self, request: web.Request) -> web.StreamResponse:
        """GET /api/schools/{school}"""
        found = await self._schools.overview(await signed_in(request, self._bridge), _school(request))
        nobody = Counted(0, 0)
        counts = CountsAnswer(
            _count(found.counts.get("teacher", nobody)),
            _count(found.counts.get("student", nobody)),
            _count(found.counts.get("parent", nobody)),
        )
        classes = [
            SchoolClassAnswer(one.id, one.title, one.people.linked, one.people.all, one.head_teacher)
            for one in found.classes
        ]
        return _private(request, SchoolAnswer(found.school.id, found.school.name, found.school.tz, counts, classes))

    async def people(self, request: web.Request) -> web.StreamResponse:
        """GET /api/schools/{school}/people"""
        query = typed(request.query.items(), PEOPLE_QUERY)
        status = query.get("status")
        wanted = Wanted(
            query.get("role"),
            query.get("class"),
            None if status is None else status == "linked",
            tuple(_word(word) for word in query.get("search", "").split()[:MAX_WORDS]),
        )
        by = await signed_in(request, self._bridge)
        limit, after = query.get("limit", DEFAULT_PAGE), query.get("after")
        listed, following = await self._schools.people(by, _school(request), wanted, limit=limit, after=after)
        data = [_person(one) for one in listed]
        return _private(request, SchoolPeopleAnswer(data, following is not None, following))

    async def invite(self, request: web.Request) -> web.StreamResponse:
        """POST …/people/{person}/invitation"""
        await self._own(request, EmptyBody)
        by, address = await signed_in(request, self._bridge), browser(request).address
        code = await self._schools.invite(by, _school(request), _part(request, "person"), address=address)
        return _private(request, self._invitation(request, code), status=201)

    async def sheet(self, request: web.Request) -> web.StreamResponse:
        """GET …/classes/{class}/invitations: makes the codes that are not there yet."""
        by, address = await signed_in(request, self._bridge), browser(request).address
        title, slips = await self._schools.invite_class(by, _school(request), _part(request, "class"), address=address)
        return _private(request, SheetAnswer(title, [self._slip(request, slip) for slip in slips]))

    async def unlink(self, request: web.Request) -> web.StreamResponse:
        """POST …/people/{person}/unlink"""
        await self._own(request, EmptyBody)
        by, address = await signed_in(request, self._bridge), browser(request).address
        await self._schools.unlink(by, _school(request), _part(request, "person"), address=address)
        return render(request, Answer(status=204))

    async def export(self, request: web.Request) -> web.StreamResponse:
        """GET …/people/{person}/export"""
        by, address = await signed_in(request, self._bridge), browser(request).address
        person = _part(request, "person")
        held = await self._schools.export(by, _school(request), person, address=address)
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="person-{person}.json"'}
        return render(request, Answer(held, headers=headers))

    async def erase(self, request: web.Request) -> web.StreamResponse:
        """POST …/people/{person}/erase"""
        body = await self._own(request, EraseBody)
        by, address = await signed_in(request, self._bridge), browser(request).address
        await self._schools.erase(by, _school(request), _part(request, "person"), body.confirm, address=address)
        return render(request, Answer(status=204))

    async def split(self, request: web.Request) -> web.StreamResponse:
        """POST …/people/{person}/split"""
        names = (await self._own(request, SplitBody)).names
        form = Form(names.family_name, names.given_name, names.patronymic, names.birth_date, names.gender)
        by, address = await signed_in(request, self._bridge), browser(request).address
        code = await self._schools.split(by, _school(request), _part(request, "person"), form, address=address)
        return _private(request, self._invitation(request, code), status=201)

    async def audit(self, request: web.Request) -> web.StreamResponse:
        """GET /api/schools/{school}/audit"""
        before = typed(request.query.items(), AUDIT_QUERY).get("after")
        by = await signed_in(request, self._bridge)
        log = await self._schools.log(by, _school(request), before=before, limit=DEFAULT_PAGE)
        data = [
            AuditLine(
                _moment(entry.at),
                log.names.get(entry.actor),
                entry.action,
                log.names.get(entry.subject),
                dict(entry.details),
            )
            for entry in log.page.entries
        ]
        following = log.page.next
        return _private(request, AuditAnswer(data, log.page.has_more, str(following) if following else None))

    async def _own(self, request: web.Request, kind: Any) -> Any:
        return await own_body(request, kind, self._bridge.config.public_url)

    def _invitation(self, request: web.Request, code: Code) -> InvitationAnswer:
        url = f"{origin(request, self._bridge.config.public_url)}/link/{code.code}"
        return InvitationAnswer(code.code, url, qr.svg(url), _moment(code.expires_at))

    def _slip(self, request: web.Request, slip: Slip) -> SlipAnswer:
        shown = self._invitation(request, slip.code)
        return SlipAnswer(
            shown.code,
            shown.url,
            shown.qr_svg,
            shown.expires_at,
            person=slip.line.id,
            name=slip.line.name,
            role=slip.line.role,
        )


def add_routes(app: web.Application, bridge: JournalBridge, guard: Guard) -> None:
    """The paths below /api/schools/{school}."""
    pages = SchoolPages(bridge)
    school, person = "/api/schools/{school}", "/api/schools/{school}/people/{person}"
    app.router.add_get(school, guard.around(pages.overview))
    app.router.add_get(f"{school}/people", guard.around(pages.people))
    app.router.add_get(f"{school}/audit", guard.around(pages.audit))
    app.router.add_get(f"{school}/classes/{{class}}/invitations", guard.around(pages.sheet), allow_head=False)
    app.router.add_get(f"{person}/export", guard.around(pages.export), allow_head=False)
    app.router.add_post(f"{person}/invitation", guard.around(pages.invite))
    app.router.add_post(f"{person}/unlink", guard.around(pages.unlink))
    app.router.add_post(f"{person}/erase", guard.around(pages.erase))
    app.router.add_post(f"{person}/split", guard.around(pages.split))


def _private(request: web.Request, payload: Any, *, status: int = 200) -> web.Response:
    return render(request, Answer(payload, status=status, headers=PRIVATE))


def _part(request: web.Request, name: str) -> str:
    """An id of ours in the path: anything else names nothing."""
    return request.match_info[name] if request.match_info[name].isidentifier() else ""


def _school(request: web.Request) -> str:
    return _part(request, "school")


def _word(text: str) -> str:
    """A word as names are written; an ext_id stays as it is."""
    return text[:1].upper() + text[1:].lower() if text.isalpha() else text


def _count(counted: Counted) -> CountAnswer:
    return CountAnswer(counted.linked, counted.all)


def _person(listed: Listed) -> SchoolPersonAnswer:
    line = listed.line
    return SchoolPersonAnswer(
        line.id,
        line.ext_id,
        line.name,
        line.role,
        list(listed.class_titles),
        _moment(line.linked_at) if line.linked_at is not None else None,
        line.profile,
        phones.masked(listed.phone) if listed.phone else None,
        list(listed.family) if line.role == "student" else [],
        list(listed.family) if line.role == "parent" else [],
    )


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)
