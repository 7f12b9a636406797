"""Which servers are measured; the example of the docs runs for real."""

import re
from pathlib import Path

import pytest

from benchmarks.load.client import LoadClient
from benchmarks.peers import entrants, janus
from benchmarks.peers.peer import PeerError
from benchmarks.peers.zvonok import configuration
from benchmarks.rooms.plan import Seat
from tests.support.peers import running

DOCS = Path(__file__).parents[3] / "docs" / "benchmarks-drivers.md"


def test_ours_come_first_and_one_server_is_the_reference() -> None:
    found = entrants()
    assert [entrant.name for entrant in found][:2] == ["Zvonok, CM80", "Zvonok, GCM128"]
    assert len({entrant.name for entrant in found}) == len(found)
    assert sum(entrant.reference for entrant in found) == int(janus.installed())


async def test_the_example_of_the_docs_runs(tmp_path: Path) -> None:
    example = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    file = tmp_path / "one_thread.py"
    file.write_text(example[1], encoding="utf-8")
    added = entrants([file])[-1]
    assert added.name == "Zvonok, one media thread"
    async with LoadClient(added.profile) as client, running(added.make(client)) as peer:
        assert peer.name == added.name
        member = await peer.enter(Seat("a", "guest"))
        await member.wait_ready()
        await member.leave()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = (", "cannot be loaded: SyntaxError"),
        ("import no_such_module_at_all", "cannot be loaded: ModuleNotFoundError"),
        ("raise SystemExit(0)", "cannot be loaded: SystemExit"),
        ("entrants = 1", r"has no function entrants\(\)"),
        ("def entrants():\n    return 1 / 0", "failed: ZeroDivisionError"),
        ("def entrants():\n    return ['x']", "must give a list"),
        ("from benchmarks.peers import entrants", "two servers are called"),
    ],
)
def test_what_is_wrong_with_a_driver_file_is_told(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "driver.py"
    file.write_text(text)
    with pytest.raises(PeerError, match=words):
        entrants([file])


@pytest.mark.parametrize("name", ["none.py", "folder.py", "text.txt"])
def test_what_is_no_python_file_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "text.txt").write_text("x")
    with pytest.raises(PeerError, match="no Python file"):
        entrants([tmp_path / name])


def test_settings_of_an_entrant_come_over_those_of_the_driver(tmp_path: Path) -> None:
    text = configuration(
        tmp_path, port=7, secret="s", settings={"media": {"threads": 1, "port": 9}, "call": {"x": True}}
    )
    assert '[media]\naddresses = ["127.0.0.1"]\nport = 9\nthreads = 1\n' in text
    assert "[call]\nx = true\n" in text
