"""Micro benchmarks of media: one packet in to many out, and receivers that change layers."""

from collections.abc import Callable, Iterator
from itertools import cycle

from benchmarks.plane.case import Case, checked
from benchmarks.plane.rooms import Room, stream
from benchmarks.plane.sampling import Sample, Sampler
from benchmarks.plane.traffic import OPUS, VP8
from sfu.plane.model import LayerChanged, PayloadType, SrtpProfile

PROFILES = (("gcm128", "gcm", SrtpProfile.AEAD_AES_128_GCM), ("cm80", "cm", SrtpProfile.AES_CM_128_HMAC_SHA1_80))
VIDEO = (VP8, 1200, 500)  # kind, bytes of a packet, packets a second
AUDIO = (OPUS, 100, 50)
BURST = 4  # packets that an encoder sends back to back
PACKETS_OUT = 640  # of one sample, about: a few tenths of a millisecond
SHORTEST, LONGEST = 32, 64  # packets in of one sample: they stay in the cache, as those from a socket do
RIDS = ("q", "h", "f")
SIZES = (400, 800, 1200)  # bytes of their packets
PACKETS_OF_A_LAYER = 16  # in a sample, which switches once
SWITCHERS = 10


def forwarding() -> Iterator[Case]:
    """For both profiles."""
    for profile, calibration, number in PROFILES:
        for media, kind in (("video", VIDEO), ("audio", AUDIO)):
            for receivers in (1, 10, 30):
                name = f"forward.{profile}.{media}.1-to-{receivers}"
                effort = 3 if receivers == 1 else 1
                yield Case(name, "packet out", calibration, lecture(number, *kind, receivers), effort)
        for receivers in (10, 30):
            name = f"forward.{profile}.video-by-{BURST}.1-to-{receivers}"
            yield Case(name, "packet out", calibration, lecture(number, *VIDEO, receivers, BURST))
        yield Case(f"switch.{profile}.1-to-{SWITCHERS}", "packet out", calibration, switching(number))


def lecture(
    profile: SrtpProfile, kind: PayloadType, size: int, rate: int, receivers: int, burst: int = 1
) -> Callable[[], Sampler]:
    """One sends, all others take it."""

    def prepare() -> Sampler:
        room = Room(profile)
        teacher = room.join()
        publication = room.publish(teacher, kind)
        for _ in range(receivers):
            room.subscribe(room.join(), publication)
        source = stream(teacher, kind, publication, size)
        count = max(SHORTEST, min(LONGEST, PACKETS_OUT // receivers)) // BURST * BURST

        def sample(*, key: bool = False) -> Sample:
            room.rig.load(teacher.address, source.packets(count, key=key))
            before = room.sent()
            spent = room.rig.play(burst=burst, spacing=burst / rate)
            return Sample(spent, checked("packets forwarded", count * receivers, room.sent() - before))

        sample(key=True)
        return sample

    return prepare


def switching(profile: SrtpProfile) -> Callable[[], Sampler]:
    """Three layers come in; in every sample all receivers go from the smallest to the largest or back."""

    def prepare() -> Sampler:
        room = Room(profile)
        teacher = room.join()
        publication = room.publish(teacher, VP8, RIDS)
        takers = [room.subscribe(room.join(), publication) for _ in range(SWITCHERS)]
        layers = [stream(teacher, VP8, publication, size, rid) for rid, size in zip(RIDS, SIZES, strict=True)]
        targets = cycle((0, len(RIDS) - 1))

        def sample() -> Sample:
            target = next(targets)
            for taker in takers:
                room.rig.select(taker, target)
            parts = [layer.packets(PACKETS_OF_A_LAYER, key=index == target) for index, layer in enumerate(layers)]
            room.rig.load(teacher.address, [packet for row in zip(*parts, strict=True) for packet in row])
            before = room.sent()
            spent = room.rig.play(spacing=1 / VIDEO[2])
            told = [event for event in room.rig.poll(4096) if isinstance(event, LayerChanged)]
            checked("receivers on their new layer", SWITCHERS, sum(event.layer == target for event in told))
            return Sample(spent, room.sent() - before)

        sample()
        return sample

    return prepare
