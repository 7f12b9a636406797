"""The way to an outside provider and back. In: a browser's secrets and parameters. Out: where to go, who has come.

Nothing of what the provider says or hands out is kept but for what `identity/oidc/store.py` declares.
"""

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote_plus

from identity.core import limits as rules
from identity.core import oidc, oidc_tokens, outside
from identity.core.oidc import DeniedError, Endpoints, Granted
from identity.core.oidc_tokens import StatementError
from identity.core.outside import OutsideIdentity
from identity.core.tokens import TOKEN_BYTES, digest, token
from identity.limits import Limits
from identity.oidc import store
from identity.oidc.documents import Documents
from identity.oidc.outgoing import Outgoing
from identity.oidc.providers import Fixed, Known, Provider
from identity.oidc.store import Departure
from identity.ports import Database

log = logging.getLogger("zvonok.oidc")

DEPARTURE_SECONDS = 600.0  # to sign in at the provider, with a code from a message that comes late

Problem = Literal["provider_unknown", "provider_denied", "provider_failed", "sign_in_expired"]


class OutsideError(Exception):
    """The sign-in ends here; the page says why in words."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Departing:
    """A browser that leaves: the provider's address, and the secret it must bring back in a cookie."""

    url: str
    browser: str


class OutsideSignIn:
    """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""

    def __init__(
        self,
        database: Database,
        providers: Mapping[str, Provider],
        *,
        limits: Limits,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
        outgoing: Outgoing | None = None,
    ) -> None:
        self._database = database
        self._limits = limits
        self._providers = {name: Known(name, provider) for name, provider in providers.items()}
        self._clock = clock
        self._random = random
        # The operator wrote the providers' addresses: a school's own one may live in its own network.
        self._outgoing = outgoing or Outgoing()
        self._documents = Documents(self._outgoing, clock)

    @property
    def titles(self) -> Sequence[tuple[str, str]]:
        """Id and title of each provider, for the sign-in page."""
        return [(known.id, known.provider.title) for known in self._providers.values()]

    async def depart(self, provider: str, *, redirect: str, next_path: str, address: str) -> Departing:
        """A browser at this network address wants to sign in there. `redirect` is our callback's address. Raises
        OutsideError, ProblemError (`too_many_tries`)."""
        known = self._known(provider)
        try:
            endpoints = await self._endpoints(known)
        except StatementError as error:
            raise _failed(known, error) from None
        state, browser, nonce, verifier = (token(self._random(TOKEN_BYTES)) for _ in range(4))
        now = self._clock()
        async with self._database.write() as connection:
            await self._limits.take(connection, rules.DEPARTURES_ADDRESS, rules.network(address))
            departure = Departure(known.id, nonce, verifier, next_path, now + DEPARTURE_SECONDS)
            await store.depart(connection, departure, state=digest(state), browser=digest(browser), now=now)
        url = oidc.authorization_url(
            endpoints,
            client=known.provider.client_id,
            redirect=redirect,
            scopes=known.scopes,
            state=state,
            nonce=nonce,
            verifier=verifier,
        )
        return Departing(url, browser)

    async def come_back(
        self, provider: str, query: Mapping[str, str], *, browser: str, redirect: str
    ) -> tuple[OutsideIdentity, str]:
        """Who comes back with this query and cookie, and the path they wanted to go to. Raises OutsideError."""
        known = self._known(provider)
        async with self._database.write() as connection:
            departure = await store.come_back(
                connection, state=digest(query.get("state", "")), browser=digest(browser), provider=known.id
            )
        if departure is None or self._clock() >= departure.expires_at:
            raise OutsideError("sign_in_expired")
        try:
            return await self._identity(known, departure, query, redirect), departure.next
        except DeniedError:
            raise OutsideError("provider_denied") from None
        except (StatementError, ValueError) as error:
            raise _failed(known, error) from None

    async def _identity(
        self, known: Known, departure: Departure, query: Mapping[str, str], redirect: str
    ) -> OutsideIdentity:
        endpoints = await self._endpoints(known)
        code = oidc.code_of(query, endpoints)
        client = known.provider.client_id
        form = oidc.token_form(code=code, redirect=redirect, client=client, verifier=departure.verifier)
        fixed = known.quirks.fixed
        if fixed is not None:
            form |= {name: query.get(name, "") for name in fixed.extra}
        granted = oidc.granted(await self._token(known, endpoints, form))
        if fixed is not None:
            return await self._user(known, fixed, endpoints, granted)
        claims = await self._documents.claims(granted.id_token, endpoints.keys)
        oidc_tokens.check_id_token(
            claims, issuer=endpoints.issuer, client=client, nonce=departure.nonce, now=self._clock()
        )
        return outside.from_openid(known.id, await self._completed(claims, endpoints, granted))

    async def _token(self, known: Known, endpoints: Endpoints, form: dict[str, str]) -> bytes:
        secret, headers = known.provider.client_secret, {}
        if secret and endpoints.proof == "post":
            form["client_secret"] = secret
        elif secret:  # RFC 6749 section 2.3.1: both parts encoded as in a form
            pair = f"{quote_plus(known.provider.client_id)}:{quote_plus(secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        return (await self._outgoing.post(endpoints.token, form=form, headers=headers)).body

    async def _completed(self, claims: dict[str, Any], endpoints: Endpoints, granted: Granted) -> Mapping[str, Any]:
        """The claims with those of the userinfo endpoint. OpenID Connect Core section 5.3."""
        if not endpoints.userinfo:
            return claims
        headers = {"Authorization": f"Bearer {granted.access_token}"}
        try:
            reply = await self._outgoing.get(endpoints.userinfo, headers=headers)
            more = oidc_tokens.json_object(reply.body)
        except StatementError as error:  # who it is has been proved; the form is filled in by hand
            log.info("no userinfo: %s", error)
            return claims
        if more.get("sub") != claims.get("sub"):  # section 5.3.2: must not be used then
            raise StatementError("the userinfo is about somebody else")
        return {**more, **claims}

    async def _user(self, known: Known, fixed: Fixed, endpoints: Endpoints, granted: Granted) -> OutsideIdentity:
        form = {"client_id": known.provider.client_id, "access_token": granted.access_token}
        answer = oidc_tokens.json_object((await self._outgoing.post(endpoints.userinfo, form=form)).body)
        user = answer.get(fixed.member)
        if not isinstance(user, dict):
            raise StatementError("the provider does not describe the user")
        return fixed.identity(known.id, user)

    async def _endpoints(self, known: Known) -> Endpoints:
        return known.fixed_endpoints() or await self._documents.endpoints(known.provider.issuer)

    def _known(self, provider: str) -> Known:
        if provider not in self._providers:
            raise OutsideError("provider_unknown")
        return self._providers[provider]


def _failed(known: Known, error: Exception) -> OutsideError:
    log.warning("sign-in by %s fails: %s", known.id, error)
    return OutsideError("provider_failed")
