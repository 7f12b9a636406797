import pytest

from benchmarks.command.programme import CAPACITY, DEFAULT, FLOOR, Floor, Measure, Search, programme
from benchmarks.command.stop import UsageError
from benchmarks.peers.peer import Entrant
from sfu.plane.model import SrtpProfile
from tests.support.fake_peer import FakePeer, World

GCM, CM80 = SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AES_CM_128_HMAC_SHA1_80


def entrant(name: str, profile: SrtpProfile) -> Entrant:
    return Entrant(name, profile, lambda _: FakePeer(World()))


SERVERS = [entrant("A", GCM), entrant("B", CM80)]


def test_servers_take_turns_within_each_round() -> None:
    jobs = programme(["lecture:10", "lecture:30"], SERVERS, rounds=2, seconds=1.0)
    order = [(job.round, job.options.size, job.entrant.name) for job in jobs if isinstance(job, Measure)]
    assert order == [(turn, size, name) for turn in (0, 1) for size in (10, 30) for name in "AB"]


def test_large_plans_and_searches_run_once_with_each_server() -> None:
    jobs = programme(["breakout:50", "lecture:2", CAPACITY], SERVERS, rounds=3, seconds=1.0)
    large = [job for job in jobs if isinstance(job, Measure) and job.scenario.NAME == "breakout"]
    assert [job.entrant.name for job in large] == ["A", "B"]
    assert [job.entrant.name for job in jobs if isinstance(job, Search)] == ["A", "B"]
    assert sum(isinstance(job, Measure) for job in jobs) == 2 + 3 * 2


def test_the_floor_forwards_what_the_lectures_do() -> None:
    (floor, *_) = programme([FLOOR, "lecture:4", "lecture:9"], SERVERS, rounds=1, seconds=1.0)
    assert floor == Floor((4, 9), (GCM, CM80))
    assert programme([FLOOR], SERVERS, rounds=1, seconds=1.0) == [Floor((10, 30), (GCM, CM80))]


def test_the_usual_programme_of_four_servers_is_twenty_minutes_at_most() -> None:
    four = [entrant(name, GCM) for name in "ABCD"]
    jobs = programme(DEFAULT, four, rounds=3, seconds=4.0)
    assert 300 < sum(job.takes for job in jobs) < 1200


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lektion", "none of lecture"),
        ("lecture:many", "a whole number"),
        ("lecture:-1", "a whole number"),
        ("lecture:0", "receivers must be from 1"),
    ],
)
def test_unknown_names_and_sizes_end_with_words(name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        programme([name], SERVERS, rounds=1, seconds=1.0)
