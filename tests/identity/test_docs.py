"""The pages' requests and refusals are documented, or these tests fail."""

import re
from pathlib import Path

from aiohttp import web

from identity.core.codes import MAX_SENDS, RESEND_SECONDS, TRIES
from identity.core.limits import ATTEMPTS_ADDRESS, DEPARTURES_ADDRESS
from identity.core.problems import GENERAL
from identity.core.refusals import KINDS
from tests.identity.world import World

ROOT = Path(__file__).parents[2]
DEED = re.compile(r'(?:action=|by, |link, )"([a-z]+\.[a-z]+)"|"(sessions?\.ended)"')
TEXT = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")


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


def test_every_deed_of_the_log_has_words_on_the_page() -> None:
    files = [file for folder in ("identity", "journal_bridge") for file in (ROOT / folder).rglob("*.py")]
    deeds = {one or other for file in files for one, other in DEED.findall(file.read_text(encoding="utf-8"))}
    assert {"profile.created", "sessions.ended", "invitations.printed", "link.moved"} <= deeds
    for language in ("ru", "en"):
        words = (ROOT / f"web/src/words/school-{language}.ts").read_text(encoding="utf-8")
        assert [deed for deed in sorted(deeds) if f'"{deed}":' not in words] == []
