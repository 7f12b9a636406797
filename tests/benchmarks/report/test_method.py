from dataclasses import replace

from benchmarks.peers.peer import Entrant
from benchmarks.report.method import LOCAL, REMOTE, of_client, of_runs, of_spread, sentences, versions
from benchmarks.report.summary import Run, summaries
from benchmarks.rooms.outcome import Accounting
from sfu.plane.model import SrtpProfile
from tests.support.fake_peer import FakePeer, World
from tests.support.outcomes import GOOD, OUTCOME


def runs(*cpu: float, client: float = 0.15) -> list[Run]:
    """A round for each number of the server's CPU seconds."""
    windows = [replace(GOOD, server=Accounting(one, 1 << 26, 4), client_cpu=client) for one in cpu]
    return [Run("A", turn, replace(OUTCOME, windows=(window,))) for turn, window in enumerate(windows)]


def test_a_heavy_client_is_told_once_with_its_shares() -> None:
    (said,) = of_client(summaries(runs(0.5, 0.5, client=0.4)))
    assert "A, Lecture (80%)" in said
    assert of_client(summaries(runs(0.5, 0.5))) == []


def test_rounds_that_differ_make_no_ranking() -> None:
    (said,) = of_spread(summaries(runs(0.5, 0.7)))
    assert "A, Lecture" in said
    assert of_spread(summaries(runs(0.5, 0.52))) == []
    assert of_spread(summaries(runs(0.5))) == [], "one round has no spread"


def test_all_rounds_of_a_case_speak_together() -> None:
    late = [replace(run, outcome=replace(run.outcome, windows=(replace(GOOD, skipped=500),))) for run in runs(0.5, 0.5)]
    (said,) = of_runs(late)
    assert said.startswith("A, Lecture: The load client was too slow")
    assert said.endswith("(2 windows)")
    assert of_runs(runs(0.5)) == []


def test_the_method_says_what_is_known_of_a_server_elsewhere() -> None:
    assert set(REMOTE) < set(sentences(remote=True, windows=1, seconds=6.0))
    assert set(LOCAL) < set(sentences(remote=False, windows=3, seconds=6.0))
    assert "3 windows of 6 s" in sentences(remote=False, windows=3, seconds=6.0)[0]
    assert "like a card" in sentences(remote=False, windows=1, seconds=6.0, gro=True)[0]


def test_a_server_with_several_settings_has_one_version() -> None:
    settings = (("A, x", "1"), ("A, y", "1"), ("B", ""))
    made = [
        Entrant(name, SrtpProfile.AEAD_AES_128_GCM, lambda _: FakePeer(World()), version) for name, version in settings
    ]
    assert versions(made) == (("A", "1"),)
