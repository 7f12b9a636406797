"""Invite links: made by journals below /v1, opened by people at /i/{token}, asked for by that page at /api/invites."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from msgspec import Struct

from identity.core.bodies import decode
from identity.core.profiles import Profile
from identity.http import browser, profile_secret, session_secret, set_session
from identity.http.guard import Guard
from identity.http.sign_in import is_secure, own_body
from identity.http.wire import Answer, render
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import qr
from journal_bridge.core.linking_requests import GuestBody, InviteLinkBody
from journal_bridge.core.records import Status
from journal_bridge.doors import Proofs
from journal_bridge.http.route import Route
from journal_bridge.http.signed_in import known
from journal_bridge.http.wire import Ask
from journal_bridge.invites import State

SECRET_HEADERS = {"Cache-Control": "no-store"}


class InviteLinkAnswer(Struct, frozen=True):
    """A link to hand out. `guests`: people without a profile may enter by name, `max_uses` of them."""

    url: str
    qr_svg: str
    expires_at: datetime
    max_uses: int | None
    guests: bool


class InvitedCall(Struct, frozen=True):
    """The call as strangers may know it."""

    id: str
    title: str
    status: Status
    starts_at: datetime


class SignedIn(Struct, frozen=True):
    """Who would enter."""

    name: str


class InviteAnswer(Struct, frozen=True):
    """What the page of a link shows."""

    call: InvitedCall
    state: State
    signed_in: SignedIn | None
    guests: bool


class EnteredAnswer(Struct, frozen=True):
    """Where to go on."""

    call: str


async def make(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/calls/{call}/invite-links: the roster's people enter as themselves; others only with `guests`."""
    made = await bridge.invites.make(ask.journal, ask.reference("call"), decode(ask.body, InviteLinkBody))
    url, link = f"{ask.origin}/i/{made.token}", made.link
    expires_at = link.expires_at.astimezone(UTC).replace(microsecond=0)
    answer = InviteLinkAnswer(url, qr.svg(url), expires_at, link.max_uses, link.guests)
    return Answer(answer, status=201, headers=SECRET_HEADERS)


class InvitePages:
    """Handlers of the link's page."""

    def __init__(self, bridge: JournalBridge) -> None:
        self._bridge = bridge

    async def look(self, request: web.Request) -> web.StreamResponse:
        """GET /api/invites/{token}"""
        shown = await self._bridge.invites.shown(request.match_info["token"])
        profile = await known(request, self._bridge)
        signed_in = SignedIn(_name(profile)) if profile is not None else None
        starts_at = shown.call.starts_at.astimezone(ZoneInfo(shown.call.tz))
        call = InvitedCall(shown.call.id, shown.title, shown.call.status, starts_at)
        return render(request, Answer(InviteAnswer(call, shown.state, signed_in, shown.guests), headers=SECRET_HEADERS))

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """POST /api/invites/{token}/enter"""
        public_url = self._bridge.config.public_url
        body = await own_body(request, GuestBody, public_url)
        proofs = Proofs(session_secret(request), profile_secret(request))
        name = body.name
        if name is None and (profile := await known(request, self._bridge)) is not None:
            name = _name(profile)
        entered = await self._bridge.invites.enter(
            request.match_info["token"], proofs, name, address=browser(request).address
        )
        response = render(request, Answer(EnteredAnswer(entered.call), headers=SECRET_HEADERS))
        if entered.session is not None:
            set_session(response, entered.session, secure=is_secure(request, public_url))
        return response


def _name(profile: Profile) -> str:
    return f"{profile.family_name} {profile.given_name}"


def add_routes(app: web.Application, bridge: JournalBridge, guard: Guard) -> None:
    """The paths below /api/invites."""
    pages = InvitePages(bridge)
    app.router.add_get("/api/invites/{token}", guard.around(pages.look))
    app.router.add_post("/api/invites/{token}/enter", guard.around(pages.enter))


ROUTES = (
    Route(
        "POST",
        "/calls/{call}/invite-links",
        "calls:write",
        make,
        "Make an invite link",
        {201: InviteLinkAnswer},
        InviteLinkBody,
        problems=("call_unknown", "call_ended"),
        example={"guests": True, "max_uses": 30},
    ),
)
