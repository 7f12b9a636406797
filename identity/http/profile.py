"""The profile page's requests. In: JSON of our own page, the session's cookie. Out: the profile, devices, an export."""

from typing import Literal

from aiohttp import web
from msgspec import Struct

from identity.core import phones
from identity.core.bodies import EmptyBody
from identity.core.claims import Gender
from identity.core.consents import Consent, ConsentState, newest
from identity.core.moments import moment
from identity.core.profile_sessions import ProfileSession
from identity.core.profiles import Profile
from identity.core.refusals import ProblemError
from identity.core.requests import DeleteBody, FormChangesBody, NewPasswordBody
from identity.http import PROFILE_COOKIE, browser, drop_cookie, profile_secret
from identity.http.guard import Guard
from identity.http.sign_in import PRIVATE, is_secure, own_body
from identity.http.wire import Answer, render
from identity.service import Identity
from identity.sms.outbox import OutboxSms


class ConsentAnswer(Struct, frozen=True):
    """The consent that counts."""

    state: ConsentState
    version: str | None
    at: str | None
    by: Literal["self", "parent"] | None


class ProfileAnswer(Struct, frozen=True):
    """The profile as its owner sees it."""

    id: str
    family_name: str
    given_name: str
    patronymic: str | None
    birth_date: str
    gender: Gender
    phone: str | None
    has_password: bool
    consent: ConsentAnswer


class DeviceAnswer(Struct, frozen=True):
    """One browser in which the profile is signed in."""

    id: str
    title: str
    created_at: str
    seen_at: str
    current: bool


class DevicesAnswer(Struct, frozen=True):
    """All of them, the last used first."""

    data: tuple[DeviceAnswer, ...]


class ShownMessage(Struct, frozen=True):
    """One message that the demonstration has not sent."""

    at: str
    phone: str
    text: str


class OutboxAnswer(Struct, frozen=True):
    """The newest first."""

    data: tuple[ShownMessage, ...]


class ProfilePages:
    """Handlers."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._public_url = identity.config.public_url

    async def profile(self, request: web.Request) -> web.StreamResponse:
        """GET /api/profile"""
        _, profile = await self._owner(request)
        return await self._shown(request, profile)

    async def change(self, request: web.Request) -> web.StreamResponse:
        """PATCH /api/profile"""
        body = await own_body(request, FormChangesBody, self._public_url)
        _, profile = await self._owner(request)
        changed = await self._identity.profiles.change(
            profile.id, body.over(profile.form), address=browser(request).address
        )
        return await self._shown(request, changed)

    async def set_password(self, request: web.Request) -> web.StreamResponse:
        """PUT /api/profile/password"""
        body = await own_body(request, NewPasswordBody, self._public_url)
        session, profile = await self._owner(request)
        await self._identity.owner.set_password(session, profile, body.new, body.old, browser(request))
        return _nothing(request)

    async def drop_password(self, request: web.Request) -> web.StreamResponse:
        """DELETE /api/profile/password"""
        await own_body(request, EmptyBody, self._public_url)
        _, profile = await self._owner(request)
        await self._identity.owner.drop_password(profile.id, browser(request))
        return _nothing(request)

    async def withdraw(self, request: web.Request) -> web.StreamResponse:
        """POST /api/profile/consent/withdraw"""
        await own_body(request, EmptyBody, self._public_url)
        _, profile = await self._owner(request)
        await self._identity.owner.withdraw_consent(profile.id, browser(request))
        return self._signed_out(request)

    async def devices(self, request: web.Request) -> web.StreamResponse:
        """GET /api/profile/devices"""
        current, profile = await self._owner(request)
        found = await self._identity.sessions.devices(profile.id)
        data = tuple(_device(session, current) for session in found)
        return render(request, Answer(DevicesAnswer(data), headers=PRIVATE))

    async def sign_out_device(self, request: web.Request) -> web.StreamResponse:
        """DELETE /api/profile/devices/{id}"""
        await own_body(request, EmptyBody, self._public_url)
        session, profile = await self._owner(request)
        device = request.match_info["device"]
        await self._identity.owner.sign_out_device(profile.id, device, browser(request))
        return self._signed_out(request) if device == session.id else _nothing(request)

    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        """POST /api/sign-out"""
        await own_body(request, EmptyBody, self._public_url)
        session = await self._identity.sessions.of(profile_secret(request))
        if session is not None:
            await self._identity.owner.sign_out(session, browser(request))
        return self._signed_out(request)

    async def sign_out_everywhere(self, request: web.Request) -> web.StreamResponse:
        """POST /api/sign-out-everywhere"""
        await own_body(request, EmptyBody, self._public_url)
        _, profile = await self._owner(request)
        await self._identity.owner.sign_out_everywhere(profile.id, browser(request))
        return self._signed_out(request)

    async def export(self, request: web.Request) -> web.StreamResponse:
        """GET /api/profile/export"""
        _, profile = await self._owner(request)
        headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="profile.json"'}
        return render(request, Answer(await self._identity.profiles.export(profile.id), headers=headers))

    async def delete(self, request: web.Request) -> web.StreamResponse:
        """POST /api/profile/delete"""
        body = await own_body(request, DeleteBody, self._public_url)
        _, profile = await self._owner(request)
        await self._identity.owner.delete(profile, body.confirm)
        return self._signed_out(request)

    async def outbox(self, request: web.Request) -> web.StreamResponse:
        """GET /api/demo/outbox"""
        sms = self._identity.sms
        if not isinstance(sms, OutboxSms):
            raise ProblemError("not_found", "Only the demonstration has an outbox.")
        data = tuple(ShownMessage(moment(shown.at), shown.phone, shown.text) for shown in sms.newest())
        return render(request, Answer(OutboxAnswer(data), headers=PRIVATE))

    async def _owner(self, request: web.Request) -> tuple[ProfileSession, Profile]:
        return await self._identity.owner.of(profile_secret(request))

    async def _shown(self, request: web.Request, profile: Profile) -> web.Response:
        consent = newest(await self._identity.profiles.consents(profile.id))
        return render(request, Answer(_profile(profile, consent), headers=PRIVATE))

    def _signed_out(self, request: web.Request) -> web.Response:
        response = _nothing(request)
        drop_cookie(response, PROFILE_COOKIE, secure=is_secure(request, self._public_url))
        return response


def _nothing(request: web.Request) -> web.Response:
    return render(request, Answer(status=204))


def _profile(profile: Profile, consent: Consent | None) -> ProfileAnswer:
    return ProfileAnswer(
        id=profile.id,
        family_name=profile.family_name,
        given_name=profile.given_name,
        patronymic=profile.patronymic,
        birth_date=profile.birth_date.isoformat(),
        gender=profile.gender,
        phone=phones.masked(profile.phone) if profile.phone else None,
        has_password=profile.has_password,
        consent=ConsentAnswer(
            state=profile.consent,
            version=consent.version if consent else None,
            at=moment(consent.at) if consent else None,
            by=("parent" if consent.by_parent else "self") if consent else None,
        ),
    )


def _device(session: ProfileSession, current: ProfileSession) -> DeviceAnswer:
    return DeviceAnswer(
        session.id, session.title, moment(session.created_at), moment(session.seen_at), session.id == current.id
    )


def add_routes(app: web.Application, identity: Identity, guard: Guard) -> None:
    """The paths below /api/profile, signing out, the demonstration's outbox."""
    pages = ProfilePages(identity)
    for method, path, handler in (
        ("GET", "/api/profile", pages.profile),
        ("PATCH", "/api/profile", pages.change),
        ("PUT", "/api/profile/password", pages.set_password),
        ("DELETE", "/api/profile/password", pages.drop_password),
        ("POST", "/api/profile/consent/withdraw", pages.withdraw),
        ("GET", "/api/profile/devices", pages.devices),
        ("DELETE", "/api/profile/devices/{device}", pages.sign_out_device),
        ("GET", "/api/profile/export", pages.export),
        ("POST", "/api/profile/delete", pages.delete),
        ("POST", "/api/sign-out", pages.sign_out),
        ("POST", "/api/sign-out-everywhere", pages.sign_out_everywhere),
        ("GET", "/api/demo/outbox", pages.outbox),
    ):
        app.router.add_route(method, path, guard.around(handler))
