"""From a platform to us, with proof: third-party initiated login and the launch's check. LTI Security Framework 1.0.

In: what a browser brings. Out: where it goes next, a checked `Launch`; or `LtiError`.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.exc import IntegrityError

from identity.core import oidc_tokens
from identity.core.limits import HOUR, Limit, network
from identity.core.oidc import with_query
from identity.core.oidc_tokens import StatementError
from identity.core.tokens import TOKEN_BYTES, digest, token
from identity.limits import Limits
from identity.oidc.documents import Documents
from identity.oidc.outgoing import OutgoingError
from identity.ports import Database
from journal_bridge.core import lti
from journal_bridge.core.lti import Launch
from journal_bridge.lti.errors import LtiError
from journal_bridge.store import lti as store
from journal_bridge.store.lti import Login, Platform

log = logging.getLogger("zvonok.lti")

LOGIN_SECONDS = 600.0  # a platform may ask its user to sign in first
LOGINS_ADDRESS = (Limit("lti.login.address.hour", 2000, HOUR),)
"""Logins begun from one address, where a whole school may sit: each is a row for ten minutes."""

MAX_PARAMETER = 4096  # characters of a hint or an address; some platforms put a JWT into a hint


@dataclass(frozen=True, slots=True)
class LoginAsked:
    """A browser that must prove itself at its platform: where it goes, what it brings back in a cookie."""

    url: str
    state: str
    browser: str


class CookieMissingError(Exception):
    """The browser did not bring its cookie, as browsers do in frames. `query` begins the login again elsewhere."""

    def __init__(self, query: Mapping[str, str]) -> None:
        super().__init__()
        self.query = query


class Entrance:
    """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""

    def __init__(
        self,
        database: Database,
        documents: Documents,
        limits: Limits,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._database = database
        self._documents = documents
        self._limits = limits
        self._clock = clock
        self._random = random

    async def login(self, asked: Mapping[str, str], origin: str, *, address: str) -> LoginAsked:
        """OpenID Connect Core section 4, as LTI uses it: the platform wants to launch us. `address`: the browser's.
        Raises LtiError, ProblemError (`too_many_tries`)."""
        if any(len(value) > MAX_PARAMETER for value in asked.values()) or not asked.get("login_hint"):
            raise LtiError("launch_invalid", "the login request is not usable")
        target = asked.get("target_link_uri", "")
        if not _ours(target, origin):
            raise LtiError("launch_invalid", "the login request leads elsewhere")
        platform = await self._platform(asked.get("iss", ""), asked.get("client_id") or None)
        state, browser, nonce = (token(self._random(TOKEN_BYTES)) for _ in range(3))
        now = self._clock()
        hints = (asked["login_hint"], asked.get("lti_message_hint", ""))
        async with self._database.write() as connection:
            await self._limits.take(connection, LOGINS_ADDRESS, network(address))
            login = Login(platform.id, nonce, target, *hints, now + LOGIN_SECONDS)
            await store.log_in(connection, login, state=digest(state), browser=digest(browser), now=now)
        query = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": platform.client,
            "redirect_uri": f"{origin}/lti/launch",
            "login_hint": hints[0],
            "state": state,
            "nonce": nonce,
        }
        if hints[1]:
            query["lti_message_hint"] = hints[1]
        return LoginAsked(with_query(platform.authorization, query), state, browser)

    async def launch(self, form: Mapping[str, str], *, browser: str, origin: str) -> tuple[Platform, Launch]:
        """Who comes from where, when the form holds and the cookie fits. Raises LtiError, CookieMissingError."""
        state = digest(form.get("state", ""))
        async with self._database.read() as connection:
            found = await store.logged_in(connection, state=state)
            if found is None or self._clock() >= found[0].expires_at:
                raise LtiError("launch_expired")
            login, browser_hash = found
            platform = await store.platform(connection, login.platform)
        if not browser:
            raise CookieMissingError(_again(platform, login))
        if digest(browser) != browser_hash:  # hashes of 256 random bits: comparing them tells nobody anything
            raise LtiError("launch_expired", "another browser's state")
        async with self._database.write() as connection:
            if not await store.use_up(connection, state=state):
                raise LtiError("launch_expired")
        if "error" in form:
            raise LtiError("platform_refused", f"{platform.issuer} reports {form['error'][:60]!r}")
        return platform, await self._checked(platform, login, form.get("id_token", ""), origin)

    async def _checked(self, platform: Platform, login: Login, id_token: str, origin: str) -> Launch:
        try:
            claims = await self._documents.claims(id_token, platform.keys)
            oidc_tokens.check_id_token(
                claims, issuer=platform.issuer, client=platform.client, nonce=login.nonce, now=self._clock()
            )
            launch = lti.launch(claims)
        except OutgoingError as error:
            raise LtiError("platform_failed", str(error)) from None
        except StatementError as error:
            raise LtiError("launch_invalid", f"{platform.issuer}: {error}") from None
        if not _ours(launch.target, origin):
            raise LtiError("launch_invalid", "the launch leads elsewhere")
        await self._check_deployment(platform, launch.deployment)
        return launch

    async def _check_deployment(self, platform: Platform, deployment: str) -> None:
        """One of those that were registered; a platform that registered none brings its own, signed by its key."""
        async with self._database.read() as connection:
            if await store.has_deployment(connection, platform.id, deployment):
                return
        if not platform.learns:
            raise LtiError("deployment_unknown", f"{platform.issuer} has no such deployment")
        try:
            async with self._database.write() as connection:
                await store.add_deployment(connection, platform.id, deployment)
        except IntegrityError:  # another launch of the same deployment was faster
            return

    async def _platform(self, issuer: str, client: str | None) -> Platform:
        async with self._database.read() as connection:
            found = await store.platforms(connection, issuer, client)
        if len(found) != 1:  # without a client id an issuer with several of them means nobody
            raise LtiError("platform_unknown", f"{issuer[:100]!r} is not registered")
        return found[0]


def _ours(url: str, origin: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}" == origin


def _again(platform: Platform, login: Login) -> dict[str, str]:
    return {
        "iss": platform.issuer,
        "client_id": platform.client,
        "target_link_uri": login.target,
        "login_hint": login.login_hint,
        "lti_message_hint": login.message_hint,
    }
