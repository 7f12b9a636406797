"""A way to a provider and back, over a database with its tables."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import pytest

from identity.core.outside import OutsideIdentity
from identity.limits import Limits
from identity.oidc.providers import Provider
from identity.oidc.service import OutsideError, OutsideSignIn
from server.storage import Database
from tests.support import oidc_provider
from tests.support.oidc_provider import CLIENT, SECRET, OidcProvider

CALLBACK = "https://call.school.ru/auth/school/callback"


class Clock:
    """Seconds since the epoch, moved by hand."""

    now = 1_769_418_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Way:
    """One browser's way; `browser` is the secret in its cookie."""

    provider: OidcProvider
    database: Database
    clock: Clock
    browser: str = ""
    sign_in: OutsideSignIn = field(init=False)

    def configure(self, **changes: object) -> None:
        values = {"title": "Школа", "issuer": self.provider.issuer, "client_id": CLIENT, "client_secret": SECRET}
        provider = Provider(**{**values, **changes})  # type: ignore[arg-type]
        others = {"other": Provider("Другой", self.provider.issuer, CLIENT, SECRET)}
        self.sign_in = OutsideSignIn(
            self.database,
            {"school": provider, **others},
            limits=Limits(self.clock),
            clock=self.clock,
            random=random.Random(5).randbytes,
        )

    async def leave(self, next_path: str = "/") -> str:
        """The provider's address."""
        departing = await self.sign_in.depart("school", redirect=CALLBACK, next_path=next_path, address="203.0.113.5")
        self.browser = departing.browser
        return departing.url

    async def there(self) -> dict[str, str]:
        """The query with which the provider sends the browser back."""
        url = await self.provider.consent(await self.leave())
        assert url.startswith(f"{CALLBACK}?")
        return dict(parse_qsl(urlsplit(url).query))

    async def back(self, query: dict[str, str]) -> OutsideIdentity:
        found, _ = await self.sign_in.come_back("school", query, browser=self.browser, redirect=CALLBACK)
        return found

    async def refused(self, query: dict[str, str]) -> str:
        with pytest.raises(OutsideError) as refusal:
            await self.back(query)
        return refusal.value.problem


@pytest.fixture
async def way(database_url: str) -> AsyncIterator[Way]:
    database = Database(database_url)
    clock = Clock()
    async with oidc_provider.running(clock) as provider:
        made = Way(provider, database, clock)
        made.configure()
        yield made
    await database.close()
