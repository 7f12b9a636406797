"""What is timed: each case names its reference and prepares a sampler that says when the plane did not do its work."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.plane.rooms import Room, stream
from benchmarks.plane.sampling import Sample, Sampler
from benchmarks.plane.traffic import OPUS, VP8
from sfu.plane.model import PayloadType, SrtpProfile

PROFILES = (("gcm128", "gcm", SrtpProfile.AEAD_AES_128_GCM), ("cm80", "cm", SrtpProfile.AES_CM_128_HMAC_SHA1_80))
VIDEO = (VP8, 1200, 500)  # kind, bytes of a packet, packets a second
AUDIO = (OPUS, 100, 50)
PACKETS_OUT = 640  # of one sample, about; half a millisecond


@dataclass(frozen=True, slots=True)
class Case:
    """One micro benchmark."""

    name: str
    operation: str
    """What is counted, singular."""
    calibration: str
    """Name of a calibration."""
    prepare: Callable[[], Sampler]


def checked(name: str, wanted: int, found: int) -> int:
    """`found`; raises RuntimeError when the plane did something else than what is timed."""
    if wanted != found:
        raise RuntimeError(f"{name}: {found} operations instead of {wanted}")
    return found


def forwarding() -> Iterator[Case]:
    """One packet in to N out."""
    for profile, calibration, number in PROFILES:
        for media, (kind, size, rate) in (("video", VIDEO), ("audio", AUDIO)):
            for receivers in (1, 10, 30):
                yield Case(
                    f"forward.{profile}.{media}.1-to-{receivers}",
                    "packet out",
                    calibration,
                    forward(number, kind, size, rate, receivers),
                )
        for receivers in (10, 30):
            yield Case(
                f"forward.{profile}.video-by-4.1-to-{receivers}",
                "packet out",
                calibration,
                forward(number, *VIDEO, receivers, burst=4),
            )


def forward(
    profile: SrtpProfile, kind: PayloadType, size: int, rate: int, receivers: int, burst: int = 1
) -> Callable[[], Sampler]:
    """A lecture: one publishes, all others take it."""

    def prepare() -> Sampler:
        room = Room(profile)
        teacher = room.join()
        publication = room.publish(teacher, kind)
        for _ in range(receivers):
            room.subscribe(room.join(), publication)
        source = stream(teacher, kind, publication, size)
        count = max(32, min(160, PACKETS_OUT // receivers // 4 * 4))

        def sample(*, key: bool = False) -> Sample:
            room.rig.load(teacher.address, source.packets(count, key=key))
            before = room.sent()
            spent = room.rig.play(burst=burst, spacing=burst / rate)
            return Sample(spent, checked("forward", count * receivers, room.sent() - before))

        sample(key=True)
        return sample

    return prepare


def all_cases() -> tuple[Case, ...]:
    """In the order in which they are reported."""
    return (*forwarding(),)
