"""Removal, renegotiation, addresses and bad input."""

import struct

import pytest

from sfu.plane.model import Layer, Publication, Removed, Subscription
from tests.sfu.plane.peers import H264, OPUS, VP8, Peer, Rtp, World, vp8
from tests.sfu.plane.stage import AUDIO_SSRC, MID, VIDEO_SSRC, call, frame, voice


def test_a_removal_takes_what_hangs_on_it_and_says_so() -> None:
    world, sender, receivers = call(2)
    world.send(sender, frame(0, key=True))
    world.take(receivers[0])
    world.plane.poll()
    world.plane.remove_transport(1)
    removed = world.plane.poll()
    assert set(removed) == {
        Removed("transport", 1), Removed("publication", 1), Removed("publication", 2),
    } | {Removed("subscription", handle) for handle in (10, 11, 20, 21)}  # fmt: skip
    assert removed[-1] == Removed("transport", 1)
    assert world.plane.publication_stats(1) is None
    world.send(sender, frame(1))
    assert world.take(receivers[0]) == []
    assert world.plane.counters()["drop_address_unknown"] == 1


def test_commands_on_removed_objects_do_nothing() -> None:
    world, _, _ = call()
    world.plane.remove_subscription(10)
    world.plane.select(10, 0)
    world.plane.remove_subscription(10)
    assert world.plane.poll()[-1] == Removed("subscription", 10)
    world.plane.select(10, 0)
    world.plane.remove_publication(99)
    world.plane.remove_transport(99)
    assert world.plane.subscription_stats(10) is None
    with pytest.raises(ValueError, match="no transport"):
        world.plane.add_publication(Publication(5, 99, "0", False, (VP8,)))


def test_handles_and_ssrcs_are_not_used_twice() -> None:
    world, _, _ = call()
    with pytest.raises(ValueError, match="in use"):
        world.plane.add_transport(1)
    with pytest.raises(ValueError, match="used one of the SSRCs"):
        world.plane.add_subscription(Subscription(77, 1, 2, 0x1000 + 20, (VP8,)))


def test_new_layers_after_a_renegotiation_keep_what_was_learnt() -> None:
    world = World()
    sender, receiver = world.join(1), world.join(2)
    world.video(sender, 1, ("q", "h"))
    world.subscribe(receiver, 1, 5, 1)
    world.send(sender, Rtp(96, 0, 0, 0xC1, vp8(0, key=True), True, MID | {2: b"h"}))
    layers = (Layer("h"), Layer("f"))
    world.plane.set_publication(Publication(1, 1, "0", False, (VP8, H264), layers))
    world.send(sender, Rtp(96, 1, 3000, 0xC1, vp8(1), True))
    world.send(sender, Rtp(96, 1, 3000, 0xC0, vp8(1), True, MID | {2: b"q"}))
    assert len(world.take(receiver)) == 2
    stats = world.plane.subscription_stats(5)
    assert stats is not None
    assert stats.layer == 0


def test_a_peer_may_change_its_address() -> None:
    world, sender, (receiver,) = call()
    world.send(sender, voice(0))
    old, new = sender.address, ("192.0.2.7", 999)
    world.peers[new] = sender
    world.plane.set_remote(1, 0, new)
    sender.address = new
    world.send(sender, voice(1))
    sender.address = old
    world.send(sender, voice(2))
    assert len(world.take(receiver)) == 3
    other = world.join(9)
    world.plane.set_remote(9, 0, new)
    sender.address = new
    world.send(sender, voice(3))
    assert world.take(receiver) == []
    assert world.plane.counters()["drop_ssrc_unknown"] == 1
    assert other.address != new


def test_every_bad_datagram_has_its_counter_and_no_answer() -> None:
    world, sender, (receiver,) = call()
    good = sender.rtp(voice(0))
    cases = {
        "drop_shape": [b"", b"\xff" * 50, b"\x40" * 30, b"\x80\x60" + bytes(7)],
        "drop_stun_shape": [b"\x00\x01" + bytes(30)],
        "drop_rtp_malformed": [b"\xbf\x60" + b"\xff" * 14],
        "drop_ssrc_unknown": [b"\x80\x7f" + bytes(40)],
        "drop_auth": [good[:-1] + bytes([good[-1] ^ 1])],
        "drop_rtcp_auth": [b"\x80\xc8" + bytes(40)],
    }
    for datagrams in cases.values():
        for datagram in datagrams:
            world.plane.receive(datagram, sender.address, world.now)
    world.plane.receive(good, ("203.0.113.5", 5), world.now)
    world.plane.receive(good, sender.address, world.now)
    world.plane.receive(good, sender.address, world.now)
    world.send(sender, Rtp(96, 0, 0, VIDEO_SSRC, b"\x90", True, MID))
    world.send(sender, Rtp(99, 1, 0, AUDIO_SSRC, b"?", True))
    counters = world.plane.counters()
    expected = {name: len(datagrams) for name, datagrams in cases.items()} | {
        "drop_address_unknown": 1, "drop_replay": 1, "drop_descriptor": 1, "drop_payload_type": 1,
    }  # fmt: skip
    assert {name: value for name, value in counters.items() if name.startswith("drop_") and value} == expected
    assert [packet.payload for packet in world.take(receiver)] == [b"opus0"]


def test_datagrams_for_python_are_bounded_and_strangers_do_not_push_out_friends() -> None:
    world, sender, _ = call()
    stun = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)
    dtls = b"\x16\xfe\xfd" + bytes(20)
    for port in range(5000):
        world.plane.receive(stun, ("203.0.113.5", port + 1), world.now)
    world.plane.receive(dtls, sender.address, world.now)
    events = world.plane.poll(10000)
    assert len(events) == 2049
    assert getattr(events[-1], "transport", None) == 1
    assert getattr(events[-1], "data", None) == dtls
    assert world.plane.counters()["drop_events_full"] == 5000 - 2048


def test_v6_addresses_are_told_apart() -> None:
    world = World()
    peer = Peer(1)
    peer.address = ("2001:db8::1", 7)
    world.peers[peer.address] = peer
    world.plane.add_transport(1)
    world.plane.set_remote(1, 1, peer.address)
    stun = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)
    world.plane.receive(stun, peer.address, 1.0, 1)
    world.plane.receive(stun, ("2001:db8::2", 7), 1.0, 1)
    world.plane.receive(stun, ("fe80::1%2", 7), 1.0, 1)
    found = [(getattr(event, "transport", -1), getattr(event, "address", None)) for event in world.plane.poll()]
    assert found == [(1, ("2001:db8::1", 7)), (0, ("2001:db8::2", 7)), (0, ("fe80::1%2", 7))]


def test_a_sender_that_jumps_far_ahead_goes_on_without_a_gap() -> None:
    world, sender, (receiver,) = call()
    world.send(sender, voice(0))
    delayed = sender.rtp(Rtp(111, 19400, 960, AUDIO_SSRC, b"too late", False))
    world.send(sender, Rtp(111, 20000, 960, AUDIO_SSRC, b"later", False))
    world.plane.receive(delayed, sender.address, world.now)
    first, second = world.take(receiver)
    assert second.sequence == first.sequence + 1
    assert world.plane.counters()["drop_late"] == 1


def test_a_track_that_is_published_again_goes_on_with_its_roll_over_counter() -> None:
    world, sender, (receiver,) = call()
    for number in range(65530, 65540):
        world.send(sender, voice(number))
    assert len(world.take(receiver)) == 10
    world.plane.remove_publication(2)
    assert Removed("publication", 2) in world.plane.poll()
    world.audio(sender, 2)
    world.subscribe(receiver, 2, 50)
    world.send(sender, voice(65540))
    assert [packet.payload for packet in world.take(receiver)] == [b"opus65540"]


def test_ssrcs_that_ended_are_forgotten_after_a_while() -> None:
    world, sender, (receiver,) = call()
    first = sender.rtp(Rtp(111, 1, 0, 5000, b"a", False, {1: b"1"}))
    for ssrc in range(5000, 5100):
        packet = first if ssrc == 5000 else sender.rtp(Rtp(111, 1, 0, ssrc, b"a", False, {1: b"1"}))
        world.plane.receive(packet, sender.address, world.now)
    assert len(world.take(receiver)) == 100
    world.plane.receive(first, sender.address, world.now)
    assert world.plane.counters()["drop_replay"] == 0


def test_an_ssrc_goes_with_the_track_that_claimed_it_last() -> None:
    """A client may publish again before the old track is taken down."""
    world, sender, (receiver,) = call()
    for number in range(3):
        world.send(sender, Rtp(111, number, 960 * number, AUDIO_SSRC, b"old", False, {1: b"1"}))
    world.plane.add_publication(Publication(3, 1, "2", True, (OPUS,), (Layer(ssrc=AUDIO_SSRC),)))
    world.subscribe(receiver, 3, 50)
    world.plane.remove_publication(2)
    world.take(receiver)
    world.send(sender, Rtp(111, 3, 2880, AUDIO_SSRC, b"new"))
    assert [packet.payload for packet in world.take(receiver)] == [b"new"]


def test_a_track_that_lost_its_ssrc_begins_anew_with_the_next() -> None:
    world, sender, (receiver,) = call()
    world.send(sender, voice(40000))
    world.plane.add_publication(Publication(3, 1, "2", True, (OPUS,), (Layer(ssrc=AUDIO_SSRC),)))
    world.send(sender, Rtp(111, 39000, 0, AUDIO_SSRC + 1, b"other ssrc", False, {1: b"1"}))
    assert [packet.payload for packet in world.take(receiver)] == [b"opus40000", b"other ssrc"]


def test_ssrcs_that_only_report_are_forgotten_after_a_while() -> None:
    world, sender, _ = call()
    reports = [sender.rtcp(struct.pack("!BBHI", 0x80, 201, 1, 5000 + number)) for number in range(300)]
    for report in reports:
        world.plane.receive(report, sender.address, world.now)
    world.plane.receive(reports[-1], sender.address, world.now)
    assert world.plane.counters()["drop_rtcp_auth"] == 1
    world.plane.receive(reports[0], sender.address, world.now)
    assert world.plane.counters()["drop_rtcp_auth"] == 1
    # The roll-over counter of media does not go with them.
    world.send(sender, voice(0))
    assert world.plane.counters()["drop_auth"] == 0


def test_a_malformed_packet_leaves_no_stream_behind() -> None:
    world, sender, _ = call()
    plain = bytearray(Rtp(111, 1, 0, 5000, b"padded by nothing\0", False, {1: b"1"}).encode())
    plain[0] |= 0x20
    sealed = sender.outbound.protect(bytes(plain))
    for _ in range(2):
        world.plane.receive(sealed, sender.address, world.now)
    counters = world.plane.counters()
    assert (counters["drop_rtp_malformed"], counters["drop_replay"]) == (2, 0)
