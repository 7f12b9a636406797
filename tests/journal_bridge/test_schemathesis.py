"""schemathesis asks a running bridge everything its description allows, and much that it forbids."""

import asyncio
import sys
from pathlib import Path

import pytest

from journal_bridge.http.api import ROUTES
from journal_bridge.http.route import EVENT_STREAM
from journal_bridge.keys import SCOPES
from tests.journal_bridge.world import World

KEY = "sk_test_schemathesis-of-the-first"
HOOKS = Path(__file__).parents[1] / "support" / "schemathesis_hooks.py"
SECONDS = 90  # a bound only: the number of examples decides how long it takes

CONFIG = """
seed = 26
warnings = false
hooks = "HOOKS"
max-stream-events = 1
request-timeout = 10
[dictionaries]
known = { values = ["s1", "7v", "8a", "algebra", "physics", "t15", "t16", "s201", "s202", "p1", "ext:lesson-1"] }
[generation]
deterministic = true
database = "none"
max-examples = EXAMPLES
dictionaries = { string = { dictionary = "known", probability = 0.3 } }
[checks]
# What fits the schema may still name somebody unknown (422), or meet a call in another state (409).
positive_data_acceptance = { expected-statuses = ["2xx", 304, 401, 403, 404, 409, 422, 429, 503] }
# A repeated POST gets its stored answer, though what it made may have been removed since.
ensure_resource_availability = { enabled = false }
# What a removed call left behind is kept: its attendance is still there.
use_after_free = { enabled = false }
"""


async def run(world: World, tmp_path: Path, phase: str, examples: int) -> None:
    await world.bridge.keys.ensure_key("Журнал первый", KEY, SCOPES, rate=1_000_000)
    await world.plan()
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG.replace("EXAMPLES", str(examples)).replace("HOOKS", str(HOOKS)), encoding="utf-8")
    endless = [route.path for route in ROUTES if EVENT_STREAM in route.answers.values()]
    words = ["--config-file", str(config), "run", str(world.client.make_url("/openapi.json")), f"--phases={phase}"]
    words += [f"--header=Authorization: Bearer {KEY}", *(f"--exclude-path=/v1{path}" for path in endless)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", *words),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, output.decode()


@pytest.mark.parametrize(("phase", "examples"), [("examples,coverage", 1), ("fuzzing", 25), ("stateful", 40)])
async def test_no_answer_is_undocumented(school: World, tmp_path: Path, phase: str, examples: int) -> None:
    await run(school, tmp_path, phase, examples)
