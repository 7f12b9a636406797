"""A platform's administrator lets platform and us get to know each other. LTI Dynamic Registration 1.0.

In: the address of the platform's configuration, its one-use token. Out: a platform in SQL.
"""

import hmac
import logging
from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from identity.core.oidc_tokens import StatementError
from identity.oidc.outgoing import Outgoing
from identity.ports import Database
from journal_bridge.core import ids
from journal_bridge.core import lti_registration as rules
from journal_bridge.lti.errors import LtiError
from journal_bridge.store import lti as store
from journal_bridge.store.lti import Platform

log = logging.getLogger("zvonok.lti")

MAX_TOKEN = 8192  # characters; Canvas sends a JWT


class Registration:
    """`secret`: what stands in the address that the operator gives to a platform's administrator; "": closed."""

    def __init__(
        self,
        database: Database,
        outgoing: Outgoing,
        secret: str,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._database = database
        self._outgoing = outgoing
        self._secret = secret
        self._clock = clock
        self._random = random

    async def register(self, secret: str, configuration_url: str, registration_token: str, origin: str) -> Platform:
        """The platform whose configuration is at the address. Raises LtiError."""
        if not self._secret or not hmac.compare_digest(secret.encode(errors="replace"), self._secret.encode()):
            raise LtiError("registration_closed")
        try:
            configuration, registered = await self._agreed(configuration_url, registration_token, origin)
        except StatementError as error:
            raise LtiError("registration_failed", str(error)) from None
        platform = Platform(
            id=ids.make("plt", self._random(ids.ID_BYTES)),
            issuer=configuration.issuer,
            client=registered.client,
            name=configuration.name,
            authorization=configuration.authorization,
            token=configuration.token,
            keys=configuration.keys,
            audience=configuration.audience,
            learns=registered.deployment is None,
        )
        try:
            async with self._database.write() as connection:
                await store.add_platform(connection, platform, registered.deployment, self._clock())
        except IntegrityError:  # nobody may take over a platform by registering it once more
            raise LtiError("registered_already", f"{platform.issuer} has this client already") from None
        log.info("platform %s registered as %s", platform.issuer, platform.id)
        return platform

    async def _agreed(
        self, configuration_url: str, registration_token: str, origin: str
    ) -> tuple[rules.Configuration, rules.Registered]:
        if (
            len(registration_token) > MAX_TOKEN
            or not registration_token.isascii()
            or not registration_token.isprintable()
        ):
            raise StatementError("the registration token is not usable")
        found = rules.configuration((await self._outgoing.get(configuration_url)).body, configuration_url)
        headers = {"Authorization": f"Bearer {registration_token}"} if registration_token else {}
        reply = await self._outgoing.post(found.registration, json=rules.tool(origin), headers=headers)
        return found, rules.registered(reply.body)
