"""When a missing packet is asked for."""

import random

from sfu.plane.holes import HoleTracker


def test_waits_for_reordered_packets() -> None:
    holes = HoleTracker()
    holes.seen(10, 0.0)
    holes.seen(12, 0.0)
    assert holes.due(0.005) == []
    holes.seen(11, 0.006)
    assert holes.due(0.02) == []


def test_asks_again_after_a_round_trip_until_it_gives_up() -> None:
    holes = HoleTracker()
    holes.seen(10, 0.0)
    holes.seen(13, 0.0)
    assert holes.due(0.02, 0.1) == [11, 12]
    assert holes.due(0.10, 0.1) == []
    assert holes.due(0.13, 0.1) == [11, 12]
    holes.seen(11, 0.14)
    asked = [now for now in range(2, 200) if holes.due(now / 10, 0.1)]
    assert all(now <= 10 for now in asked)
    assert len(asked) <= 8


def test_a_large_loss_asks_for_a_key_frame_instead() -> None:
    holes = HoleTracker()
    assert not holes.seen(10, 0.0)
    assert holes.seen(500, 0.0)
    assert holes.due(1.0) == []
    assert not holes.seen(502, 0.1)
    assert holes.due(0.2) == [501]


def test_asks_for_exactly_what_is_missing() -> None:
    seeded = random.Random(3)
    holes = HoleTracker()
    came = {n for n in range(65400, 65600) if n == 65400 or seeded.random() > 0.2}
    for number in sorted(came):
        holes.seen(number, 0.0)
    missing = [n & 0xFFFF for n in range(65400, max(came)) if n not in came]
    assert holes.due(0.05) == missing
