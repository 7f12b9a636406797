"""The packet ring."""

import random

import pytest

from sfu.plane.ring import PacketRing


def test_gives_back_recent_packets_only() -> None:
    ring = PacketRing()
    for sequence in range(1, 1001):
        assert ring.put(sequence, str(sequence).encode())
    assert ring.get(1000) == b"1000"
    assert ring.get(1000 - 511) == b"489"
    assert ring.get(1000 - 512) is None
    assert ring.get(1001) is None


def test_an_old_packet_does_not_replace_a_new_one() -> None:
    ring = PacketRing()
    assert ring.put(1000, b"new")
    assert not ring.put(1000 - 512, b"old")
    assert ring.get(1000) == b"new"


def test_refuses_what_does_not_fit() -> None:
    ring = PacketRing()
    assert not ring.put(1, bytes(1481))
    assert ring.put(1, bytes(1480))
    assert not ring.put(0, b"numbers begin at one")
    assert ring.get(0) is None
    assert ring.get(-5) is None


@pytest.mark.parametrize(
    "packets,size,room", [(20, 900, 65536), (100, 1100, 131072), (160, 1200, 262144), (500, 1200, 1048576)]
)
def test_takes_the_memory_of_a_second_of_its_bitrate(packets: int, size: int, room: int) -> None:
    ring = PacketRing()
    for sequence in range(1, 20 * packets):
        assert ring.put(sequence, bytes(size), now=sequence / packets)
        assert ring.get(max(1, sequence - packets + 1)) is not None or sequence < 4 * packets
    assert ring.room == room


def test_never_gives_back_other_bytes_than_were_put() -> None:
    chance = random.Random(7)
    ring, put, now = PacketRing(), dict[int, bytes](), 0.0
    highest, newest = 1, 0
    for _ in range(20_000):
        highest += chance.choice((1, 1, 1, 2, 5))
        sequence = highest - chance.choice((0, 0, 0, 3, 20, 400))
        now += chance.choice((0.0, 0.0001, 0.002, 0.03))
        payload = chance.randbytes(chance.choice((1, 100, 1200, 1480)))
        if sequence > 0 and not ring.seen(sequence) and ring.put(sequence, payload, now):
            put[sequence] = payload
            newest = max(newest, sequence)
        for asked in (highest, highest - chance.randrange(512)):
            assert ring.get(asked) in (None, put.get(asked))
        assert ring.get(newest) == put[newest]


def test_remembers_numbers_longer_than_payloads() -> None:
    ring = PacketRing()
    for sequence in range(1, 200):
        ring.put(sequence, bytes(1400), now=10.0 * sequence)
    assert ring.get(1) is None
    assert ring.seen(1)
    assert not ring.seen(500)


@pytest.mark.parametrize("quiet", range(500, 570, 5))
def test_what_came_before_a_burst_can_still_be_repeated(quiet: int) -> None:
    """A key frame of 200 KB within 50 ms follows 400 kbit/s, in every phase of the circle."""
    ring, now, came = PacketRing(), 0.0, {}
    for sequence in range(1, quiet + 200):
        now += 0.02 if sequence < quiet else 0.00025
        ring.put(sequence, bytes(1000), now)
        came[sequence] = now
    kept = [sequence for sequence in came if ring.get(sequence) is not None]
    assert now - came[min(kept)] > 0.9
