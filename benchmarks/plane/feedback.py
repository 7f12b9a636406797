"""Micro benchmarks of what receivers say, and of what the plane does by itself as time goes by."""

import struct
from collections.abc import Callable, Iterator

from benchmarks.plane.case import Case, checked
from benchmarks.plane.forwarding import AUDIO, PROFILES, VIDEO
from benchmarks.plane.rooms import WALL, Room, sent_ssrc, stream
from benchmarks.plane.sampling import Sample, Sampler
from benchmarks.plane.traffic import OPUS, VP8, nack, ntp, receiver_report, sender_report
from sfu.plane.model import SrtpProfile
from sfu.plane.twcc import ArrivalLog

GCM = SrtpProfile.AEAD_AES_128_GCM
REPORTER = 1  # SSRC of a receiver's own RTCP
NACK_SPAN = 17  # packets that one entry of a NACK can name
NACKS = 4  # in one go: as much as the budget for retransmissions allows at once
GOES = 8  # of one sample
STATUSES = 100  # of one feedback message: 80 ms of 10 Mbit/s
MESSAGES = 16  # of one sample; the plane keeps 2048 statuses until they are taken
BLOCKS = 10  # of one receiver report
CLASS = 30
TILES, VOICES = 9, 3  # publications that each of them takes
GRAIN = 0.01  # seconds between two turns of the plane's housekeeping
RTCP_HEADER = 12  # bytes of a feedback message in front of what it says


def feedback() -> Iterator[Case]:
    """For both profiles where media is encrypted, else for the preferred one."""
    for profile, calibration, number in PROFILES:
        yield Case(f"nack.{profile}", "packet sent again", calibration, lost_packets(number))
    yield Case("transport-feedback.gcm128", "status", "bytes", transport_feedback)
    yield Case("receiver-report.gcm128", "report block", "gcm", receiver_reports)
    yield Case(f"housekeeping.gcm128.class-of-{CLASS}", "second of one participant", "gcm", housekeeping)


def lost_packets(profile: SrtpProfile) -> Callable[[], Sampler]:
    """A receiver asks for all that it just got; it is sent again by RTX."""

    def prepare() -> Sampler:
        room = Room(profile)
        teacher, pupil = room.join(), room.join()
        publication = room.publish(teacher, VP8)
        ssrc = sent_ssrc(room.subscribe(pupil, publication))
        source = stream(teacher, VP8, publication, VIDEO[1])

        def feed(*, key: bool = False) -> list[int]:
            """Numbers to ask for, each with those behind it."""
            room.rig.load(teacher.address, source.packets(NACKS * NACK_SPAN, key=key))
            room.rig.play()
            newest = struct.unpack_from("!H", room.rig.head, 2)[0]
            return list(range(newest - NACKS * NACK_SPAN + 1, newest, NACK_SPAN))

        def ask(wanted: list[int]) -> int:
            room.rig.idle(1, 1.0)  # the budget grows to its most, and what was sent again may be so once more
            room.rig.load(pupil.address, [pupil.outbound.protect_rtcp(nack(REPORTER, ssrc, first)) for first in wanted])
            return room.rig.play()

        def sample() -> Sample:
            wanted = feed()
            before = room.counter("rtx_packets_out")
            spent = sum(ask(wanted) for _ in range(GOES))
            due = GOES * NACKS * NACK_SPAN
            return Sample(spent, checked("packets sent again", due, room.counter("rtx_packets_out") - before))

        feed(key=True)
        return sample

    return prepare


def transport_feedback() -> Sampler:
    """A receiver tells when each packet came; every tenth was lost."""
    room = Room(GCM)
    teacher, pupil = room.join(), room.join()
    publication = room.publish(teacher, OPUS)
    room.subscribe(pupil, publication)
    source = stream(teacher, OPUS, publication, AUDIO[1])

    def sample() -> Sample:
        room.rig.load(teacher.address, source.packets(STATUSES))
        room.rig.play(spacing=0.001)
        newest = transport_number(room.rig.head)
        message = arrivals(newest - STATUSES + 1)
        room.rig.load(pupil.address, [pupil.outbound.protect_rtcp(message) for _ in range(MESSAGES)])
        room.rig.take_feedback(pupil.handle)
        spent = room.rig.play()
        told = len(room.rig.take_feedback(pupil.handle))
        return Sample(spent, checked("statuses read", MESSAGES * STATUSES, told))

    return sample


def arrivals(first: int) -> bytes:
    """Feedback on STATUSES packets from `first` on."""
    log = ArrivalLog()
    for index in range(STATUSES):
        if index % 10 != 5:
            log.put(first + index & 0xFFFF, 5.0 + 0.001 * index + 0.0007 * (index * 7 % 5))
    return log.build(REPORTER, 0)


def receiver_reports() -> Sampler:
    """A receiver of several publications reports on all of them."""
    room = Room(GCM)
    teacher, pupil = room.join(), room.join()
    ssrcs = [sent_ssrc(room.subscribe(pupil, room.publish(teacher, VP8))) for _ in range(BLOCKS)]

    def sample() -> Sample:
        report = receiver_report(REPORTER, ssrcs, 1000, ntp(WALL + room.rig.now - 0.5) >> 16 & 0xFFFFFFFF)
        room.rig.load(pupil.address, [pupil.outbound.protect_rtcp(report) for _ in range(MESSAGES)])
        before = room.counter("rtcp_packets_in")
        spent = room.rig.play()
        return Sample(spent, BLOCKS * checked("reports", MESSAGES, room.counter("rtcp_packets_in") - before))

    return sample


def housekeeping() -> Sampler:
    """A class whose packets have come: a second of reports, statistics and looking for what is due."""
    room = Room(GCM)
    peers = [room.join() for _ in range(CLASS)]
    cameras = [room.publish(peer, VP8) for peer in peers]
    voices = [room.publish(peer, OPUS) for peer in peers]
    for index, peer in enumerate(peers):
        for step in range(1, TILES + 1):
            room.subscribe(peer, cameras[(index + step) % CLASS])
        for step in range(1, VOICES + 1):
            room.subscribe(peer, voices[(index + step) % CLASS])
    for peer, camera, voice in zip(peers, cameras, voices, strict=True):
        sources = stream(peer, VP8, camera, VIDEO[1]), stream(peer, OPUS, voice, AUDIO[1])
        reports = [sender_report(source.ssrc, WALL + room.rig.now, 0) for source in sources]
        packets = [packet for source in sources for packet in source.packets(2, key=True)]
        room.rig.load(peer.address, packets + [peer.outbound.protect_rtcp(report) for report in reports])
        room.rig.play()

    def sample() -> Sample:
        before = room.counter("rtcp_packets_out")
        spent = room.rig.idle(round(1 / GRAIN), GRAIN)
        if room.counter("rtcp_packets_out") - before < 2 * CLASS:
            raise RuntimeError("no reports went out")
        return Sample(spent, CLASS)

    return sample


def transport_number(packet: bytes) -> int:
    """The transport-wide number of a packet that the plane sent: the header extension is not encrypted."""
    at, end = 16, 16 + 4 * struct.unpack_from("!H", packet, 14)[0]
    while at < end:
        number, size = packet[at] >> 4, (packet[at] & 15) + 1
        if number == 0:
            at += 1
            continue
        if number == 5:
            return int(struct.unpack_from("!H", packet, at + 1)[0])
        at += 1 + size
    raise RuntimeError("the packet has no transport-wide number")
