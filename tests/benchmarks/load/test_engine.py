"""The native engine against a tiny forwarder: two endpoints, one SRTP hop between them, written in Python."""

import itertools
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest
from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRtpfbPacket, RtcpSrPacket, RtpPacket, is_rtcp

from benchmarks.load.engine import LoadEngine
from benchmarks.load.model import Codec, Kind, Rhythm, SourceFormat
from sfu.plane.srtp import Srtp

CM80, GCM = 1, 7
KEY_LENGTH = {CM80: 30, GCM: 28}
DEADLINE = 10.0  # seconds: only a broken engine needs them
AUDIO = Rhythm(Kind.AUDIO, 50, 100)
VIDEO = Rhythm(Kind.VIDEO, 500, 1200)
FORMAT = SourceFormat(ssrc=0x1234, payload_type=96, mid="1", mid_extension=3)


def udp() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.settimeout(DEADLINE)
    return made


@dataclass
class Hop:
    """The forwarder's two sides. The publisher's and the receiver's endpoint are 0 and 1 of the engine."""

    engine: LoadEngine
    publisher_side: socket.socket
    receiver_side: socket.socket
    publisher_address: tuple[str, int]
    receiver_address: tuple[str, int]
    from_publisher: Srtp
    to_publisher: Srtp
    from_receiver: Srtp
    to_receiver: Srtp
    control: socket.socket
    captured: socket.socket

    def next_media(self) -> bytes:
        """The next RTP packet of the publisher, opened."""
        while True:
            datagram = self.publisher_side.recv(2048)
            if not is_rtcp(datagram):
                return self.from_publisher.unprotect(datagram)

    def forward(self, packet: bytes) -> None:
        self.receiver_side.sendto(self.to_receiver.protect(packet), self.receiver_address)

    def next_feedback(self, wanted: type) -> object:
        """The first RTCP packet of a type that the receiver sends."""
        while True:
            for packet in RtcpPacket.parse(self.from_receiver.unprotect_rtcp(self.receiver_side.recv(2048))):
                if isinstance(packet, wanted):
                    return packet


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "the engine did not get there"
        time.sleep(0.002)


@pytest.fixture(params=[CM80, GCM], ids=["CM80", "GCM128"])
def hop(request: pytest.FixtureRequest) -> Iterator[Hop]:
    profile: int = request.param
    keys = [os.urandom(KEY_LENGTH[profile]) for _ in range(4)]
    control, engine_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    captured, capture_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    for end in (control, captured):
        end.settimeout(DEADLINE)
    sockets = [udp() for _ in range(4)]
    publisher, receiver, publisher_side, receiver_side = sockets
    engine = LoadEngine(control_fd=engine_end.fileno(), capture_fd=capture_end.fileno(), drain_ms=2)
    for number, (own, side) in enumerate(((publisher, publisher_side), (receiver, receiver_side))):
        assert engine.add_endpoint(own.fileno(), remb=1_000_000) == number
        engine.set_remote(number, side.getsockname())
        engine.set_srtp(number, profile, keys[2 * number], keys[2 * number + 1])
    engine.set_payload(1, 96, Kind.VIDEO, Codec.VP8)
    engine.set_payload(1, 97, Kind.RTX)
    engine.set_payload(1, 111, Kind.AUDIO)
    engine.start()
    yield Hop(
        engine,
        publisher_side,
        receiver_side,
        publisher.getsockname(),
        receiver.getsockname(),
        from_publisher=Srtp(profile, keys[0], outbound=False),
        to_publisher=Srtp(profile, keys[1], outbound=True),
        from_receiver=Srtp(profile, keys[2], outbound=False),
        to_receiver=Srtp(profile, keys[3], outbound=True),
        control=control,
        captured=captured,
    )
    engine.stop()
    for item in (*sockets, control, engine_end, captured, capture_end):
        item.close()


def test_every_packet_arrives_is_opened_and_timed(hop: Hop) -> None:
    hop.engine.add_source(0, VIDEO, FORMAT)
    for _ in range(200):
        hop.forward(hop.next_media())
    until(lambda: hop.engine.endpoint_stats(1).packets == 200)
    stats = hop.engine.endpoint_stats(1)
    assert (stats.lost, stats.late, stats.decrypted, stats.refused, stats.unknown) == (0, 0, 200, 0, 0)
    assert sum(hop.engine.latencies(Kind.VIDEO)) == 200
    assert 0 < hop.engine.longest(Kind.VIDEO) < DEADLINE


def test_a_source_sends_whole_frames_with_markers(hop: Hop) -> None:
    hop.engine.add_source(0, VIDEO, FORMAT)
    packets = [RtpPacket.parse(hop.next_media()) for _ in range(60)]
    assert [packet.marker for packet in packets] == [0, *[0] * 18, 1] * 3
    assert [packet.payload[0] & 0x10 for packet in packets[::20]] == [0x10] * 3
    stamps = [packet.timestamp for packet in packets]
    assert (stamps[20] - stamps[19]) % 2**32 == 90_000 // 25
    numbers = [packet.sequence_number for packet in packets]
    assert all((later - earlier) % 65_536 == 1 for earlier, later in itertools.pairwise(numbers))
    assert {len(packet.payload) for packet in packets} == {1200 - 20}


def test_only_the_first_frame_is_a_key_frame_until_one_is_asked_for(hop: Hop) -> None:
    hop.engine.add_source(0, VIDEO, FORMAT)
    assert hop.next_media()[20 + 6] & 1 == 0
    for _ in range(19):
        hop.next_media()
    assert hop.next_media()[20 + 6] & 1 == 1
    pli = bytes(RtcpPsfbPacket(fmt=1, ssrc=1, media_ssrc=FORMAT.ssrc))
    hop.publisher_side.sendto(hop.to_publisher.protect_rtcp(pli), hop.publisher_address)
    until(lambda: hop.engine.source_stats(0).key_frames == 2)
    assert hop.engine.endpoint_stats(0).plis == 1


def test_gaps_are_counted_and_asked_for(hop: Hop) -> None:
    hop.engine.add_source(0, VIDEO, FORMAT)
    dropped = []
    for number in range(100):
        packet = hop.next_media()
        if number in (50, 51, 70):
            dropped.append(RtpPacket.parse(packet).sequence_number)
        else:
            hop.forward(packet)
    until(lambda: hop.engine.endpoint_stats(1).packets == 97)
    assert hop.engine.endpoint_stats(1).lost == 3
    nack = hop.next_feedback(RtcpRtpfbPacket)
    assert isinstance(nack, RtcpRtpfbPacket)
    assert set(nack.lost) <= set(dropped)


def test_a_late_packet_is_late_and_no_longer_lost(hop: Hop) -> None:
    hop.engine.add_source(0, VIDEO, FORMAT)
    packets = [hop.next_media() for _ in range(10)]
    for number in (0, 1, 2, 4, 5, 3, 6, 7, 8, 9):
        hop.forward(packets[number])
    until(lambda: hop.engine.endpoint_stats(1).packets == 10)
    assert (hop.engine.endpoint_stats(1).lost, hop.engine.endpoint_stats(1).late) == (0, 1)


def test_a_sender_reports_each_second(hop: Hop) -> None:
    hop.engine.add_source(0, AUDIO, SourceFormat(ssrc=7, payload_type=111, mid="0", level_extension=1))
    while True:
        datagram = hop.publisher_side.recv(2048)
        if is_rtcp(datagram):
            break
    (report,) = RtcpPacket.parse(hop.from_publisher.unprotect_rtcp(datagram))
    assert isinstance(report, RtcpSrPacket)
    assert report.ssrc == 7


def test_stun_and_dtls_go_to_python(hop: Hop) -> None:
    hop.receiver_side.sendto(b"\x16dtls", hop.receiver_address)
    assert hop.control.recv(100) == (1).to_bytes(4, "little") + b"\x16dtls"


def test_what_is_not_authentic_is_refused_and_strangers_are_unknown(hop: Hop) -> None:
    forged = RtpPacket(payload_type=96, ssrc=5, payload=bytes(100)).serialize()
    strange = RtpPacket(payload_type=98, ssrc=6, payload=bytes(100)).serialize()
    for datagram in (forged, strange, b"\x80\xc8garbage", b"\x80"):
        hop.receiver_side.sendto(datagram, hop.receiver_address)
    until(lambda: hop.engine.endpoint_stats(1).refused == 2 and hop.engine.endpoint_stats(1).unknown == 1)
    assert hop.engine.endpoint_stats(1).decrypted == 0


def test_a_paused_source_is_silent_and_a_removed_endpoint_is_left_alone(hop: Hop) -> None:
    source = hop.engine.add_source(0, VIDEO, FORMAT)
    hop.next_media()
    hop.engine.pause_source(source, True)
    sent = hop.engine.source_stats(source).packets
    hop.engine.remove_endpoint(1)
    hop.forward(RtpPacket(payload_type=96, ssrc=5, payload=bytes(100)).serialize())
    until(lambda: hop.engine.thread_seconds() > 0)
    assert hop.engine.source_stats(source).packets == sent
    assert hop.engine.endpoint_stats(1).packets == 0


def test_numbers_that_do_not_exist_are_errors() -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as own:
        engine = LoadEngine(control_fd=own.fileno())
        with pytest.raises(ValueError):
            engine.set_remote(0, ("127.0.0.1", 1))
        engine.add_endpoint(own.fileno())
        with pytest.raises(ValueError):
            engine.set_remote(0, ("localhost", 1))
        with pytest.raises(ValueError):
            engine.add_source(0, Rhythm(Kind.VIDEO, 500, 4000), FORMAT)
        with pytest.raises(ValueError):
            engine.latencies(Kind.RTX)
        engine.stop()


def test_a_burst_keeps_the_rate(hop: Hop) -> None:
    hop.engine.add_source(0, Rhythm(Kind.VIDEO, 500, 1200, burst=4), FORMAT)
    packets = [RtpPacket.parse(hop.next_media()) for _ in range(40)]
    assert len({packet.timestamp for packet in packets}) == 2
    assert hop.engine.source_stats(0).skipped == 0


def vp8(sequence: int, *, key: bool, timestamp: int = 0, ssrc: int = 9) -> bytes:
    payload = b"\x10" + (b"\x10" if key else b"\x11") + bytes(100)
    packet = RtpPacket(payload_type=96, sequence_number=sequence, timestamp=timestamp, ssrc=ssrc, payload=payload)
    return packet.serialize()


def test_the_first_packet_and_the_first_key_frame_are_timed(hop: Hop) -> None:
    before = time.monotonic()
    assert hop.engine.endpoint_stats(1).first_packet == 0.0
    hop.forward(vp8(1, key=False))
    until(lambda: hop.engine.endpoint_stats(1).packets == 1)
    first = hop.engine.endpoint_stats(1).first_packet
    assert hop.engine.endpoint_stats(1).first_key_frame == 0.0
    hop.forward(vp8(2, key=True))
    hop.forward(vp8(3, key=True))
    until(lambda: hop.engine.endpoint_stats(1).packets == 3)
    assert before <= first <= hop.engine.endpoint_stats(1).first_key_frame <= time.monotonic()
    assert hop.engine.endpoint_stats(1).first_packet == first


def test_everything_is_opened_until_the_first_key_frame_and_a_sample_of_it_after(hop: Hop) -> None:
    with closing(udp()) as own:
        number = hop.engine.add_endpoint(own.fileno(), sample=10)
        key = os.urandom(28)
        hop.engine.set_srtp(number, GCM, key, key)
        hop.engine.set_payload(number, 96, Kind.VIDEO, Codec.VP8)
        sealing = Srtp(GCM, key, outbound=True)
        for sequence in range(50):
            hop.engine.receive(number, sealing.protect(vp8(sequence, key=False)))
        assert hop.engine.endpoint_stats(number).decrypted == 50
        for sequence in range(50, 2050):
            hop.engine.receive(number, sealing.protect(vp8(sequence, key=True)))
        stats = hop.engine.endpoint_stats(number)
        assert 150 < stats.decrypted - 50 < 250
        assert (stats.packets, stats.lost, stats.refused) == (2050, 0, 0)
        hop.engine.remove_endpoint(number)


def test_jitter_is_told_in_seconds(hop: Hop) -> None:
    for sequence in range(2):  # arrive together, though 9000 units of 90 kHz lie between them: 100 ms / 16
        hop.engine.receive(1, hop.to_receiver.protect(vp8(sequence, key=True, timestamp=9000 * sequence)))
    (stream,) = hop.engine.stream_stats(1)
    assert stream.jitter == pytest.approx(0.1 / 16, rel=0.5)


def test_a_packet_of_the_callers_making_goes_out_protected(hop: Hop) -> None:
    packet = vp8(77, key=True)
    hop.engine.send_packet(0, packet)
    assert hop.next_media() == packet
    with pytest.raises(ValueError):
        hop.engine.send_packet(0, bytes(2040))


def test_captured_packets_arrive_whole_and_do_not_mix_with_control(hop: Hop) -> None:
    hop.engine.set_capture(1, True)
    repair = RtpPacket(payload_type=97, sequence_number=1, ssrc=10, payload=b"\0\1again").serialize()
    for packet in (vp8(1, key=True), repair):
        hop.forward(packet)
        assert hop.captured.recv(2048) == (1).to_bytes(4, "little") + packet
    hop.receiver_side.sendto(b"\x16dtls", hop.receiver_address)
    assert hop.control.recv(100)[4:] == b"\x16dtls"
    hop.engine.set_capture(1, False)
    hop.forward(vp8(2, key=True))
    until(lambda: hop.engine.endpoint_stats(1).packets == 2)
    hop.captured.setblocking(False)
    with pytest.raises(BlockingIOError):
        hop.captured.recv(2048)


def test_figures_of_removed_endpoints_and_sources_stay(hop: Hop) -> None:
    source = hop.engine.add_source(0, VIDEO, FORMAT)
    hop.forward(hop.next_media())
    until(lambda: hop.engine.endpoint_stats(1).packets == 1)
    for endpoint in (0, 1):
        hop.engine.remove_endpoint(endpoint)
        hop.engine.remove_endpoint(endpoint)
    assert hop.engine.source_stats(source).packets > 0
    assert hop.engine.endpoint_stats(1).packets == 1
    assert [stream.ssrc for stream in hop.engine.stream_stats(1)] == [FORMAT.ssrc]
    with pytest.raises(ValueError):
        hop.engine.pause_source(source, False)


def test_endpoints_come_and_go_without_end(hop: Hop) -> None:
    with closing(udp()) as own:
        numbers = set()
        for _ in range(5000):
            number = hop.engine.add_endpoint(own.fileno())
            hop.engine.add_source(number, VIDEO, FORMAT)
            hop.engine.remove_endpoint(number)
            numbers.add(number)
        assert len(numbers) == 5000
    hop.engine.add_source(0, VIDEO, FORMAT)
    hop.forward(hop.next_media())
    until(lambda: hop.engine.endpoint_stats(1).packets == 1)


def test_a_socket_closed_by_mistake_ends_its_endpoint_alone(hop: Hop) -> None:
    own = udp()
    number = hop.engine.add_endpoint(own.fileno())
    own.sendto(b"\x16dtls", own.getsockname())
    assert hop.control.recv(100)[:4] == number.to_bytes(4, "little")
    own.close()
    hop.engine.add_source(0, VIDEO, FORMAT)
    hop.forward(hop.next_media())
    until(lambda: hop.engine.endpoint_stats(1).packets == 1)
    hop.engine.remove_endpoint(number)


def test_many_streams_of_one_endpoint_are_told_apart(hop: Hop) -> None:
    for turn in range(2):
        for ssrc in range(1, 1001):
            hop.engine.receive(1, hop.to_receiver.protect(vp8(turn, key=True, ssrc=ssrc)))
    stats = hop.engine.endpoint_stats(1)
    assert (stats.packets, stats.streams, stats.lost, stats.refused) == (2000, 1000, 0, 0)
    assert {stream.packets for stream in hop.engine.stream_stats(1)} == {2}


def test_the_client_knows_what_it_costs(hop: Hop) -> None:
    hop.forward(vp8(1, key=True))
    until(lambda: hop.engine.endpoint_stats(1).packets == 1)
    cost = hop.engine.cost()
    assert 0 < cost.engine < cost.process
    assert cost.datagrams >= 1
    assert cost.wakeups >= 1
    assert cost.reads >= 1
    hop.engine.stop()
    assert hop.engine.thread_seconds() > 0


def test_what_is_read_short_is_counted_whole(hop: Hop) -> None:
    with closing(udp()) as own:
        number = hop.engine.add_endpoint(own.fileno(), sample=8)
        profile, key = GCM, os.urandom(28)
        hop.engine.set_srtp(number, profile, key, key)
        hop.engine.set_payload(number, 96, Kind.VIDEO, Codec.VP8)
        sealing = Srtp(profile, key, outbound=True)
        sent = []

        def send(first: int, count: int) -> None:
            for sequence in range(first, first + count):
                sent.append(sealing.protect(vp8(sequence, key=True) + bytes(1000)))
                hop.receiver_side.sendto(sent[-1], own.getsockname())
                if sequence % 50 == 0:
                    until(lambda: hop.engine.endpoint_stats(number).packets >= len(sent) - 1)

        send(0, 10)
        until(lambda: time.monotonic() - hop.engine.endpoint_stats(number).first_packet > 1.1)
        send(10, 2000)
        until(lambda: hop.engine.endpoint_stats(number).packets == 2010)
        stats = hop.engine.endpoint_stats(number)
        assert stats.octets == sum(len(packet) for packet in sent)
        assert (stats.lost, stats.late, stats.refused, stats.unknown) == (0, 0, 0, 0)
        assert 150 < stats.decrypted < 400
        hop.receiver_side.sendto(b"\x16" + bytes(900), own.getsockname())  # cut, and the last one that is
        until(lambda: hop.engine.endpoint_stats(number).control == 1)
        hop.receiver_side.sendto(b"\x16" + bytes(900), own.getsockname())
        assert hop.control.recv(2048) == number.to_bytes(4, "little") + b"\x16" + bytes(900)
        hop.engine.remove_endpoint(number)
