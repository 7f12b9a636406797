"""/v1/journal, /v1/link-sessions, /v1/links, /v1/chat-tickets: profiles and people of the roster, joined once."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from identity.core.bodies import decode
from identity.core.claims import Role
from identity.http.wire import Answer
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import qr
from journal_bridge.core.addresses import with_query
from journal_bridge.core.codes import MAX_TYPED
from journal_bridge.core.linking_requests import ChatTicketBody, ConfirmBody, JournalBody, LinkSessionBody
from journal_bridge.core.requests import Reference
from journal_bridge.http.query import DEFAULT_PAGE, PAGED
from journal_bridge.http.route import Route
from journal_bridge.http.wire import Ask
from journal_bridge.store.links import Standing

SECRET_HEADERS = {"Cache-Control": "no-store"}

Typed = Annotated[str, Meta(min_length=1, max_length=MAX_TYPED, description="A code in any way that people type.")]
LinkStatus = Annotated[Literal["linked", "unlinked"], Meta(description="Only people with, or without, a profile.")]


class JournalAnswer(Struct, frozen=True):
    """How «Подключить дневник» shows the journal. `changed`: this request did."""

    region: list[str]
    title: str
    login_url: str
    logo: str | None
    return_origins: list[str]
    changed: bool


class LinkSessionAnswer(Struct, frozen=True):
    """A one-use way to link a person: send their browser to `url`, or show the picture and the code."""

    url: str
    code: str
    qr_svg: str
    expires_at: datetime


class AskingProfile(Struct, frozen=True):
    """Whose code it is, shortened: enough to recognise oneself."""

    name: str


class AskedAnswer(Struct, frozen=True):
    """A code that somebody brought from our page. `open`: it can still be confirmed."""

    code: str
    open: bool
    profile: AskingProfile
    expires_at: datetime


class ConfirmedAnswer(Struct, frozen=True):
    """Send the browser to `return_url` now: the link is made when the profile's own browser opens it."""

    return_url: str
    expires_at: datetime


class LinkPerson(Struct, frozen=True):
    """A person of the roster."""

    id: str
    ext_id: str
    role: Role


class LinkAnswer(Struct, frozen=True):
    """Whether a person has linked their profile."""

    person: LinkPerson
    linked: bool
    linked_at: datetime | None


class LinksAnswer(Struct, frozen=True):
    """People by ext_id."""

    data: list[LinkAnswer]
    has_more: bool
    next: str | None


class ChatTicketAnswer(Struct, frozen=True):
    """A one-use address of the person's own page."""

    url: str
    expires_at: datetime


async def put_journal(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/journal."""
    card, changed = await bridge.journals.put(ask.journal, ask.access.mode, decode(ask.body, JournalBody))
    return Answer(
        JournalAnswer(
            list(card.regions), card.title, card.login_url, card.logo, list(card.return_origins), changed=changed
        )
    )


async def open_session(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/link-sessions: works once, for ten minutes."""
    body = decode(ask.body, LinkSessionBody)
    code = await bridge.link_codes.open_for_person(ask.journal, body.person, body.return_url)
    url = f"{ask.origin}/link/{code.code}"
    answer = LinkSessionAnswer(url, code.code, qr.svg(url), _moment(code.expires_at))
    return Answer(answer, status=201, headers=SECRET_HEADERS)


async def look_at_session(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/link-sessions/{code}: show your user which profile asks before they confirm."""
    async with bridge.guesses.counted(_source(ask)):
        asked = await bridge.link_codes.asked(ask.journal, ask.parts["code"])
    profile = AskingProfile(asked.profile_name)
    return Answer(AskedAnswer(asked.code, asked.open, profile, _moment(asked.expires_at)))


async def confirm(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/link-sessions/{code}/confirm: your signed-in user is who brought the code."""
    body = decode(ask.body, ConfirmBody)
    async with bridge.guesses.counted(_source(ask)):
        confirmed = await bridge.link_codes.confirm(ask.journal, ask.parts["code"], body.person)
    url = with_query(f"{ask.origin}/link/back", code=confirmed.code, proof=confirmed.proof)
    return Answer(ConfirmedAnswer(url, _moment(confirmed.expires_at)), headers=SECRET_HEADERS)


async def listed(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/links: a class has its pupils and its teachers."""
    status, after = ask.query.get("status"), ask.query.get("after")
    found, following = await bridge.linking.page(
        ask.journal,
        linked=None if status is None else status == "linked",
        class_=ask.query.get("class"),
        limit=ask.query.get("limit", DEFAULT_PAGE),
        after=after,
    )
    return Answer(LinksAnswer([_link(one) for one in found], following is not None, following))


async def get(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/links/{person}."""
    return Answer(_link(await bridge.linking.standing(ask.journal, ask.reference("person"))))


async def remove(bridge: JournalBridge, ask: Ask) -> Answer:
    """DELETE /v1/links/{person}: the profile stays, it is nobody of your roster any more."""
    await bridge.linking.end_of(ask.journal, ask.reference("person"))
    return Answer(status=204)


async def chat_ticket(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/chat-tickets: where we may not take your word alone, the person signs in on the way."""
    issued = await bridge.jumps.issue(ask.journal, decode(ask.body, ChatTicketBody).person)
    answer = ChatTicketAnswer(f"{ask.origin}/enter/{issued.secret}", issued.expires_at)
    return Answer(answer, status=201, headers=SECRET_HEADERS)


def _source(ask: Ask) -> str:
    return f"journal {ask.journal}"


def _link(standing: Standing) -> LinkAnswer:
    linked_at = None if standing.linked_at is None else _moment(standing.linked_at)
    return LinkAnswer(LinkPerson(standing.id, standing.ext_id, standing.role), linked_at is not None, linked_at)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)


_SCOPE = "links:write"
_CODE = {"code": Typed}
_SPENT = ("link_unknown", "link_used", "link_expired", "too_many_tries")

ROUTES = (
    Route(
        "PUT",
        "/journal",
        _SCOPE,
        put_journal,
        "Say how people choose the journal",
        {200: JournalAnswer},
        JournalBody,
        example={
            "region": ["Москва"],
            "title": "Школьный журнал",
            "login_url": "https://journal.example.org/connect",
        },
    ),
    Route(
        "POST",
        "/link-sessions",
        _SCOPE,
        open_session,
        "Link a person's profile",
        {201: LinkSessionAnswer},
        LinkSessionBody,
        problems=("person_unknown", "person_linked", "journal_undescribed"),
        example={"person": "s201", "return_url": "https://journal.example.org/chats"},
    ),
    Route(
        "GET",
        "/link-sessions/{code}",
        _SCOPE,
        look_at_session,
        "Look at a code from our page",
        {200: AskedAnswer},
        problems=("link_unknown", "too_many_tries"),
        parts=_CODE,
    ),
    Route(
        "POST",
        "/link-sessions/{code}/confirm",
        _SCOPE,
        confirm,
        "Confirm a code from our page",
        {200: ConfirmedAnswer},
        ConfirmBody,
        problems=("person_unknown", "person_linked", "profile_linked", *_SPENT),
        example={"person": "s202"},
        parts=_CODE,
    ),
    Route(
        "GET",
        "/links",
        _SCOPE,
        listed,
        "List who has linked",
        {200: LinksAnswer},
        query={**PAGED, "status": LinkStatus, "class": Reference},
        problems=("cursor_invalid",),
    ),
    Route(
        "GET",
        "/links/{person}",
        _SCOPE,
        get,
        "Look at a person's link",
        {200: LinkAnswer},
        problems=("person_unknown",),
    ),
    Route(
        "DELETE",
        "/links/{person}",
        _SCOPE,
        remove,
        "End a person's link",
        {204: None},
        problems=("person_unknown",),
    ),
    Route(
        "POST",
        "/chat-tickets",
        _SCOPE,
        chat_ticket,
        "Lead a person to their own page",
        {201: ChatTicketAnswer},
        ChatTicketBody,
        problems=("person_unknown", "person_unlinked"),
        example={"person": "t15"},
    ),
)
