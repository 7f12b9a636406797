"""Journals as people choose them: «Выберите ваш регион», «Выберите ваш электронный журнал и дневник»."""

from identity.core.claims import World
from identity.ports import Database
from journal_bridge.core import addresses
from journal_bridge.core.linking_requests import JournalBody
from journal_bridge.core.problems import ProblemError, wrong_field
from journal_bridge.store import journals as store
from journal_bridge.store.journals import Card


class Journals:
    """All methods raise ProblemError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, journal: str, world: World, body: JournalBody) -> tuple[Card, bool]:
        """The journal shows itself so; True when that is a change."""
        own = _origin("login_url", body.login_url)
        others = {_origin("return_origins", url) for url in body.return_origins} - {own}
        regions = tuple(sorted(set(body.region)))
        card = Card(journal, world, regions, body.title, body.login_url, body.logo, tuple(sorted(others)))
        async with self._database.write() as connection:
            return card, await store.put(connection, card)

    async def card(self, journal: str) -> Card | None:
        """How the journal shows itself, when it has said so."""
        async with self._database.read() as connection:
            return await store.find(connection, journal)

    async def by_region(self, world: World) -> dict[str, list[Card]]:
        """The journals to choose from, regions and journals in order."""
        async with self._database.read() as connection:
            cards = await store.listed(connection, world=world)
        regions = sorted({region for card in cards for region in card.regions})
        return {region: [card for card in cards if region in card.regions] for region in regions}

    async def check_return(self, journal: str, url: str) -> None:
        """Raises ProblemError unless a browser may be sent to this address of the journal."""
        card = await self.card(journal)
        if card is None:
            raise ProblemError("journal_undescribed", "PUT /v1/journal first: it says where browsers may return to.")
        origins = {addresses.web_origin(card.login_url), *card.return_origins}
        if not addresses.allowed(url, origins):
            known = ", ".join(sorted(origins))
            raise wrong_field("return_url", "foreign", f"Browsers may be sent to {known}; see PUT /v1/journal.")


def _origin(field: str, url: str) -> str:
    try:
        return addresses.web_origin(url)
    except ValueError as error:
        raise wrong_field(field, "invalid", f"{error}.") from None
