"""The pages' requests and refusals are documented, or these tests fail."""

from pathlib import Path

from aiohttp import web

from identity.core.codes import MAX_SENDS, RESEND_SECONDS, TRIES
from identity.core.limits import ATTEMPTS_ADDRESS, DEPARTURES_ADDRESS
from identity.core.problems import GENERAL
from identity.core.refusals import KINDS
from tests.identity.world import World

TEXT = (Path(__file__).parents[2] / "docs" / "identity.md").read_text(encoding="utf-8")


def test_every_refusal_is_described() -> None:
    for code, kind in KINDS.items():
        assert code in GENERAL or f"| `{code}` | {kind.status} | {kind.title} |" in TEXT


async def test_every_request_is_described(world: World) -> None:
    app: web.Application = world.client.app  # type: ignore[assignment]
    for resource in app.router.resources():
        path = resource.canonical.replace("{device}", "{id}")
        short = path.removeprefix("/api/sign-in")
        assert f"{path}`" in TEXT or f"{path}?" in TEXT or f"`{short}`" in TEXT, path


def test_the_limits_are_those_of_the_code() -> None:
    assert f"| tries for one code | {TRIES}," in TEXT
    delays = ", ".join(f"{delay:.0f}" for delay in RESEND_SECONDS)
    assert f"| after {delays} seconds; {MAX_SENDS} in all |" in TEXT
    for what, limit in (
        ("attempts begun from one address", ATTEMPTS_ADDRESS[0]),
        ("ways to an outside provider begun from one address", DEPARTURES_ADDRESS[0]),
    ):
        assert f"| {what} | {limit.count} an hour |" in TEXT
