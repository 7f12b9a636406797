"""Micro benchmarks of parsers: those of the plane, and those in Python."""

import random
import time
from collections.abc import Callable, Iterator

from benchmarks.plane.case import Case
from benchmarks.plane.loops import parse_h264, parse_rtcp, parse_rtp, parse_vp8
from benchmarks.plane.sampling import Sample, Sampler
from benchmarks.plane.traffic import IDS, extension, nack, receiver_report, sender_report, vp8
from benchmarks.plane.words import offer, request
from sfu.negotiation.sdp import parse
from sfu.negotiation.writer import render
from sfu.transport import stun
from signalling.livekit.frames import parse_binary

KINDS_OF_PACKET = 60  # different ones
PACKETS = 4096  # in a row
ROUNDS = 4
PASSWORD = b"p" * 24
KINDS = {IDS.mid: 1, IDS.rid: 2, IDS.audio_level: 4, IDS.transport_cc: 5}  # `Extension` of sfu/plane/rtp.pxd
SPS, IDR, SLICE = 0x67, 0x65, 0x41  # first bytes of H.264 NAL units


def parsing() -> Iterator[Case]:
    """Compiled ones first."""
    yield Case("parse.rtp", "packet", "bytes", lambda: compiled(rtp_packets(), parse_with_extensions))
    yield Case("parse.rtcp", "compound", "bytes", lambda: compiled(compounds(), parse_rtcp))
    yield Case("parse.vp8", "descriptor", "bytes", lambda: compiled(pictures(), parse_vp8))
    yield Case("parse.h264", "descriptor", "bytes", lambda: compiled(units(), parse_h264))
    yield Case("parse.stun", "binding request", "python", binding_requests)
    yield Case("parse.sdp", "offer", "python", lambda: in_python(lambda: parse(OFFER), 1))
    yield Case("write.sdp", "offer", "python", descriptions)
    yield Case("parse.signal-request", "request", "python", lambda: in_python(lambda: parse_binary(REQUEST), 100))


OFFER = offer(cameras=9)
REQUEST = request(OFFER)


def compiled(packets: list[bytes], read: Callable[[list[bytes], int], int]) -> Sampler:
    """Of one of the plane's parsers."""
    mixture = shuffled(packets)
    return lambda: Sample(read(mixture, ROUNDS), PACKETS * ROUNDS)


def parse_with_extensions(packets: list[bytes], rounds: int) -> int:
    """With the extension ids of the rig's peers."""
    return parse_rtp(packets, rounds, KINDS)


def in_python(work: Callable[[], object], rounds: int) -> Sampler:
    """Of work that is done once per operation."""

    def sample() -> Sample:
        begun = time.thread_time_ns()
        for _ in range(rounds):
            work()
        return Sample(time.thread_time_ns() - begun, rounds)

    return sample


def descriptions() -> Sampler:
    """Writing what was read."""
    description = parse(OFFER)
    return in_python(lambda: render(description), 2)


def binding_requests() -> Sampler:
    """Finding the transport and checking the request, as for every check of a peer."""
    attributes = ((stun.PRIORITY, b"\x6e\x7f\x1e\xff"), (0x802A, bytes(8)), (stun.USE_CANDIDATE, b""))
    datagram = stun.request(b"t" * 12, b"ufragments:ours", PASSWORD, attributes)
    if stun.read_request(datagram, PASSWORD) is None:
        raise RuntimeError("the request is not understood")
    return in_python(lambda: (stun.local_ufrag(datagram), stun.read_request(datagram, PASSWORD)), 16)


def shuffled(packets: list[bytes]) -> list[bytes]:
    """As they are mixed on a server, where no branch is foreseen for long; always the same mixture."""
    return random.Random(PACKETS).choices(packets, k=PACKETS)


def rtp_packets() -> list[bytes]:
    """With the extensions of a browser's camera."""
    packets = []
    for number in range(KINDS_OF_PACKET):
        elements = {IDS.mid: b"12", IDS.transport_cc: bytes([0, number]), IDS.abs_send_time: bytes(3)}
        if number % 4 == 0:
            elements[IDS.rid] = b"f"
        head = bytes([0x90, 96, 0, number, *bytes(8)])
        packets.append(head + extension(elements) + bytes(number))
    return packets


def compounds() -> list[bytes]:
    """Reports, and now and then a request to send something again."""
    return [
        (sender_report(7, 1.7e9, number) if number % 2 else receiver_report(7, list(range(number % 9)), number, 0))
        + (nack(7, 8, number) if number % 4 == 0 else b"")
        for number in range(KINDS_OF_PACKET)
    ]


def pictures() -> list[bytes]:
    """Starts and middles of frames, seldom a key frame."""
    return [vp8(number, start=number % 5 == 0, key=number % 20 == 0) + bytes(16) for number in range(KINDS_OF_PACKET)]


def units() -> list[bytes]:
    """Fragments, slices, seldom parameter sets with a key frame."""
    aggregate = bytes([0x78, 0, 4, 0x09, 1, 2, 3, 0, 4, SPS, 1, 2, 3, 0, 4, IDR, 1, 2, 3])
    fragments = [bytes([0x7C, (0x80 if step == 0 else 0) | 0x01]) + bytes(16) for step in range(6)]
    return [aggregate, *fragments, bytes([SLICE]) + bytes(16)]
