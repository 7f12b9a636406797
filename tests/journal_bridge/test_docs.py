"""docs/journal.md is true: its walk-through runs, and it names every request and every refusal."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

from journal_bridge.core.problems import KINDS
from journal_bridge.http.api import ROUTES
from tests.journal_bridge.world import SCOPES, World

TEXT = (Path(__file__).parents[2] / "docs" / "journal.md").read_text(encoding="utf-8")
WALK = re.search(r"```bash\n(.*?)```", TEXT, re.DOTALL)


def curls() -> list[tuple[str, str, dict[str, str], bytes]]:
    """Method, path, headers and body of each curl in the walk-through."""
    assert WALK is not None
    lines = WALK[1].splitlines()
    variables = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]=", line))
    found = []
    for line in lines:
        if not line.startswith("curl "):
            continue
        for name, value in variables.items():
            line = line.replace(f"${name}", value.strip('"'))
        method, path, headers, body = "GET", "", {}, b""
        words = iter(shlex.split(line)[1:])
        for word in words:
            if word == "-X":
                method = next(words)
            elif word == "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            elif word == "-d":
                body = next(words).encode()
            else:
                path = word.removeprefix("http://localhost:7880")
        found.append((method, path, headers, body))
    return found


async def test_the_six_requests_lead_into_a_running_call(world: World) -> None:
    requests = curls()
    assert len(requests) == 6
    key = requests[0][2]["Authorization"].removeprefix("Bearer ")
    await world.bridge.ensure_key("Журнал из описания", key, SCOPES)
    answers: list[Any] = []
    for method, path, headers, body in requests:
        # What curl says of a body; we do not care.
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        response = await world.client.request(method, path, data=body, headers=headers)
        answers.append(json.loads(await response.text()))
        assert response.status in (200, 201), answers[-1]
    assert answers[4]["status"] == "running"
    ticket = answers[5]["url"].removeprefix(str(world.client.make_url("")).rstrip("/"))
    entered = await world.client.get(ticket, allow_redirects=False)
    assert entered.headers["Location"] == f"/call/{answers[4]['id']}"


def test_every_request_is_described_with_its_scope() -> None:
    for route in ROUTES:
        line = next(line for line in TEXT.splitlines() if line.startswith(f"| `{route.method} /v1{route.path}` "))
        assert f"`{route.scope}`" in line if route.scope else "| |" in line


def test_every_refusal_is_described() -> None:
    for code, kind in KINDS.items():
        assert f"| `{code}` | {kind.status} | {kind.title} |" in TEXT
