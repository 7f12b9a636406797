"""The packet ring."""

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
