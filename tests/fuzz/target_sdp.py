"""Invariant: a text is refused with `SdpError`, or understood and then reads back as the same once written.

What is understood may be answered, and taken as an answer, with no other error; our own answer is always readable and
has the sections of the offer.
"""

import itertools
from pathlib import Path

from sfu.negotiation import sdp
from sfu.negotiation.description import Fingerprint
from sfu.negotiation.parameters import Candidate, LocalParameters
from sfu.negotiation.publisher import PublisherSections
from sfu.negotiation.sdp import SdpError, parse, render
from sfu.negotiation.subscriber import SubscriberSections
from sfu.plane.model import Codec

DATA = Path(__file__).parent.parent / "data" / "sdp"
LOCAL = LocalParameters("ufrag", "p" * 22, Fingerprint("sha-256", ":".join(["5A"] * 32)), (Candidate("192.0.2.1", 9),))

SEEDS: tuple[bytes, ...] = tuple(path.read_bytes()[:4096] for path in sorted(DATA.glob("*.sdp")))


def fuzz(data: bytes) -> None:
    try:
        description = parse(data.decode(errors="surrogateescape"))
    except SdpError:
        return
    written = render(description)
    if len(written) <= sdp.MAX_LENGTH:
        assert parse(written) == description
    try:
        answer = PublisherSections(1).answer(description, LOCAL)
    except SdpError:
        pass
    else:
        told = parse(render(answer.description))
        assert [each.mid for each in told.sections] == [each.mid for each in description.sections]
        assert all(each.payload_types for each in answer.sections)
        assert all(bool(each.layers) == each.active for each in answer.sections)
    ssrcs = itertools.count(1)
    sections = SubscriberSections(1, lambda: next(ssrcs))
    sections.add("TR_a", "audio", "PA|s", Codec.OPUS)
    sections.add("TR_v", "video", "PA|s", Codec.VP8)
    sections.add("TR_s", "video", "PA|s", Codec.H264)
    sections.offer(LOCAL)
    try:
        accepted = sections.accept(description)
    except SdpError:
        return
    assert len(accepted.sections) == 3
