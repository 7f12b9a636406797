"""Who comes back from an outside provider. In: an outside identity. Out: a session, or an attempt with steps left."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.attempts import Attempts
from identity.core import limits as rules
from identity.core import phones
from identity.core.attempts import Attempt, Outside, Prefill, own_path
from identity.core.outside import OutsideIdentity
from identity.core.refusals import ProblemError
from identity.entry import Entry
from identity.limits import Limits
from identity.oidc import store
from identity.ports import Browser, Database
from identity.profiles import Profiles


@dataclass(frozen=True, slots=True)
class Arrival:
    """Exactly one of `session` and `attempt` is a secret, for its cookie; the other is ""."""

    session: str
    attempt: str
    device: str
    """For the cookie of the known browser, "" to leave it."""
    next: str
    """Where to go: where the person wanted to, or to the wizard."""


class Arriving:
    """All of it happens in the live world."""

    def __init__(
        self,
        database: Database,
        entry: Entry,
        attempts: Attempts,
        profiles: Profiles,
        limits: Limits,
    ) -> None:
        self._database = database
        self._entry = entry
        self._attempts = attempts
        self._profiles = profiles
        self._limits = limits

    async def arrive(
        self, outside: OutsideIdentity, browser: Browser, *, attempt: str = "", next_path: str = "/"
    ) -> Arrival:
        """A provider has recognised somebody. Who is bound to a profile is signed in to it. For others the provider's
        verified phone counts as proved (the operator has chosen the provider), and what it knows fills the form; at
        the end of the wizard they are bound. `attempt` is the secret of the one that the browser left with."""
        async with self._database.write() as connection:
            await self._limits.take(connection, rules.ATTEMPTS_ADDRESS, rules.network(browser.address))
            begun = await self._begun(connection, attempt, own_path(next_path))
            made = await self._recognised(connection, begun, outside)
            secret = await self._attempts.add(connection, made)
            if not made.proved:
                return Arrival("", secret, "", _wizard(made.next))
            outcome = await self._entry.proved(connection, made, browser)
        wizard = _wizard(made.next)
        return Arrival(outcome.session, outcome.attempt, outcome.device, made.next if outcome.session else wizard)

    async def _begun(self, connection: AsyncConnection, secret: str, next_path: str) -> Attempt:
        """A new attempt, with the link code that the browser's old one had."""
        made, old = self._attempts.new(), await self._attempts.of(connection, secret)
        if old is None or old.world != made.world:
            return replace(made, next=next_path)
        await self._attempts.remove(connection, old)
        return replace(made, next=next_path, link=old.link, completes=old.completes)

    async def _recognised(self, connection: AsyncConnection, attempt: Attempt, outside: OutsideIdentity) -> Attempt:
        bound = await store.profile_of(connection, outside)
        profile = await self._profiles.get_in(connection, bound) if bound else None
        phone = profile.phone if profile is not None else _mobile(outside.phone)
        return replace(
            attempt,
            phone=phone,
            intent="continue" if phone is not None else "",
            proved=phone is not None,
            outside=Outside(
                outside.provider,
                outside.subject_hash,
                Prefill(
                    outside.family_name or "",
                    outside.given_name or "",
                    outside.patronymic,
                    outside.birth_date,
                    outside.gender,
                ),
                proves_phone=phone is not None,
            ),
        )


def _wizard(next_path: str) -> str:
    return f"/sign-in?next={quote(next_path, safe='/')}"


def _mobile(phone: str | None) -> str | None:
    try:
        return phones.parse(phone, "RU") if phone is not None else None
    except ProblemError:
        return None
