from dataclasses import replace

import pytest

from sfu.negotiation.capabilities import EXTENSIONS
from sfu.negotiation.description import (
    Extension,
    Fingerprint,
    Format,
    MediaSection,
    Msid,
    Rid,
    SessionDescription,
    Simulcast,
    Source,
    SourceGroup,
)
from sfu.negotiation.errors import SdpError
from sfu.negotiation.parameters import Candidate, LocalParameters
from sfu.negotiation.publisher import Answer, PublisherSections
from sfu.negotiation.sdp import parse, render
from sfu.plane.model import Codec, ExtensionIds, Layer, PayloadType

DIGEST = ":".join(["AB"] * 32)
LOCAL = LocalParameters("ufrag", "p" * 22, Fingerprint("sha-256", DIGEST), (Candidate("192.0.2.1", 7000),))
BASELINE = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
URIS = {each.field: each.uri for each in EXTENSIONS}

OPUS = Format(111, "opus", 48_000, 2, "minptime=10;useinbandfec=1", ("transport-cc",))
VP8 = Format(96, "VP8", 90_000, 1, "", ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"))
VP8_RTX = Format(97, "rtx", 90_000, 1, "apt=96")
H264 = Format(108, "H264", 90_000, 1, BASELINE, ("nack", "nack pli"))
H264_RTX = Format(109, "rtx", 90_000, 1, "apt=108")

AUDIO = MediaSection("audio", "a", direction="sendonly", formats=(OPUS,), rtcp_mux=True, msids=(Msid("s", "mic"),))
VIDEO = MediaSection(
    "video",
    "v",
    direction="sendonly",
    formats=(VP8, VP8_RTX, H264, H264_RTX),
    rtcp_mux=True,
    rtcp_rsize=True,
    msids=(Msid("s", "camera"),),
)
DATA = MediaSection(
    "application", "d", protocol="UDP/DTLS/SCTP", data_format="webrtc-datachannel", sctp_port=5000, max_message_size=1
)


def offer(*sections: MediaSection, bundle: tuple[str, ...] | None = None) -> SessionDescription:
    mids = tuple(section.mid for section in sections)
    whole = (replace(each, ufrag="them", password="q" * 24, setup="actpass") for each in sections)
    described = SessionDescription(9, 1, tuple(whole), mids if bundle is None else bundle)
    return parse(render(replace(described, fingerprints=(Fingerprint("sha-256", DIGEST),))))


def answer(*sections: MediaSection) -> Answer:
    return PublisherSections(1).answer(offer(*sections), LOCAL)


def test_what_a_client_sends_is_accepted_and_described() -> None:
    told = answer(AUDIO, VIDEO, DATA)
    audio, video = told.sections
    assert (audio.mid, audio.kind, audio.active, audio.stream, audio.track) == ("a", "audio", True, "s", "mic")
    assert audio.payload_types == (PayloadType(Codec.OPUS, 111, 0, 48_000, nack=False, pli=False),)
    assert video.payload_types == (PayloadType(Codec.VP8, 96, 97), PayloadType(Codec.H264, 108, 109))
    assert video.layers == (Layer(),)
    assert told.data
    assert (told.remote.ufrag, told.remote.pwd, told.remote.setup) == ("them", "q" * 24, "actpass")
    described = told.description
    assert [each.direction for each in described.sections] == ["recvonly", "recvonly", "sendrecv"]
    assert described.bundle == ("a", "v", "d")
    assert described.ice_lite
    assert all((each.ufrag, each.setup) == ("ufrag", "passive") for each in described.sections)
    assert described.sections[0].candidates == ("1 1 udp 2130706431 192.0.2.1 7000 typ host",)
    assert not described.sections[1].candidates


def test_the_better_codec_comes_first_whatever_the_client_prefers() -> None:
    told = answer(replace(VIDEO, formats=(H264, H264_RTX, VP8, VP8_RTX)))
    assert [each.number for each in told.description.sections[0].formats] == [96, 97, 108, 109]


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        "packetization-mode=0;profile-level-id=42e01f",
        "packetization-mode=1;profile-level-id=64001f",
        "packetization-mode=1;profile-level-id=42001f",
        "packetization-mode=1;profile-level-id=42e0zz",
        "packetization-mode=1",
    ],
)
def test_only_constrained_baseline_in_full_packets_is_taken_of_h264(parameters: str) -> None:
    told = answer(replace(VIDEO, formats=(replace(H264, parameters=parameters),)))
    assert told.sections == ()
    assert told.description.sections[0].port == 0


def test_both_ways_of_estimating_bandwidth_are_answered_the_better_one_first() -> None:
    video = answer(VIDEO).description.sections[0]
    assert video.formats[0].feedback == ("nack", "nack pli", "ccm fir", "transport-cc", "goog-remb")


def test_opus_is_asked_for_error_correction_and_pauses_and_nothing_unknown_is_repeated() -> None:
    given = "minptime=10;useinbandfec=0;stereo=1;x-google-start-bitrate=9;maxaveragebitrate=32000"
    plain = answer(replace(AUDIO, formats=(replace(OPUS, parameters=given),)))
    assert plain.description.sections[0].formats[0].parameters == (
        "minptime=10;maxaveragebitrate=32000;useinbandfec=1;usedtx=1"
    )
    music = answer(replace(AUDIO, formats=(replace(OPUS, parameters="sprop-stereo=1"),)))
    assert music.description.sections[0].formats[0].parameters == "stereo=1;useinbandfec=1;usedtx=1"


@pytest.mark.parametrize("order", [("q", "h", "f"), ("f", "h", "q"), ("h", "q", "f")])
def test_simulcast_is_answered_in_the_order_of_the_offer_and_told_from_small_to_large(order: tuple[str, ...]) -> None:
    rids = tuple(Rid(name, "send") for name in order)
    told = answer(replace(VIDEO, rids=rids, simulcast=Simulcast(order)))
    assert told.sections[0].layers == (Layer("q"), Layer("h"), Layer("f"))
    section = told.description.sections[0]
    assert section.simulcast == Simulcast((), order)
    assert section.rids == tuple(Rid(name, "recv") for name in order)


def test_layers_of_unknown_names_keep_their_order_and_no_more_than_three_are_taken() -> None:
    names = ("r2", "r1", "r0", "extra")
    told = answer(replace(VIDEO, rids=tuple(Rid(name, "send") for name in names), simulcast=Simulcast(names)))
    assert [layer.rid for layer in told.sections[0].layers] == ["r2", "r1", "r0"]
    assert told.description.sections[0].simulcast == Simulcast((), names[:3])


def test_told_ssrcs_are_used_and_rids_are_not_mixed_with_them() -> None:
    sources = (Source(5, "c"), Source(6, "c"))
    group = (SourceGroup("FID", (5, 6)),)
    assert answer(replace(VIDEO, sources=sources, source_groups=group)).sections[0].layers == (Layer("", 5, 6),)
    assert answer(replace(VIDEO, sources=sources[:1])).sections[0].layers == (Layer("", 5, 0),)
    mixed = replace(VIDEO, sources=sources, source_groups=group, rids=(Rid("q", "send"), Rid("h", "send")))
    assert answer(mixed).sections[0].layers == (Layer("q"), Layer("h"))


def test_the_track_may_be_told_by_its_ssrc_alone_or_not_at_all() -> None:
    by_source = replace(VIDEO, msids=(), sources=(Source(5, "c", Msid("s", "old")),))
    assert answer(by_source).sections[0].track == "old"
    assert answer(replace(VIDEO, msids=())).sections[0].track == ""
    assert answer(replace(VIDEO, msids=(Msid("-", "alone"),))).sections[0].stream == ""


def test_extensions_are_answered_in_every_section_that_offers_them_also_in_idle_ones() -> None:
    audio = tuple(Extension(n, URIS[f]) for n, f in ((1, "audio_level"), (4, "mid"), (3, "transport_cc")))
    video = tuple(
        Extension(n, URIS[f]) for n, f in ((4, "mid"), (10, "rid"), (11, "repaired_rid"), (3, "transport_cc"))
    )
    idle = replace(VIDEO, mid="idle", direction="inactive", extensions=(*video, Extension(9, "urn:unknown")))
    told = answer(replace(AUDIO, extensions=audio), idle)
    assert [each.extensions for each in told.description.sections] == [audio, video]
    assert told.extensions == ExtensionIds(mid=4, rid=10, repaired_rid=11, audio_level=1, transport_cc=3)


def test_extension_ids_that_contradict_or_do_not_fit_are_left_out() -> None:
    audio = replace(AUDIO, extensions=(Extension(1, URIS["audio_level"]), Extension(15, URIS["mid"])))
    video = replace(VIDEO, extensions=(Extension(1, URIS["rid"]), Extension(0, URIS["repaired_rid"])))
    told = answer(audio, video)
    assert told.extensions == ExtensionIds(audio_level=1)
    assert told.description.sections[1].extensions == ()


def test_a_payload_number_means_the_same_in_the_whole_bundle() -> None:
    stereo = replace(AUDIO, mid="b", formats=(replace(OPUS, parameters="sprop-stereo=1"),))
    told = answer(AUDIO, stereo)
    first, second = told.description.sections
    assert first.formats == second.formats
    clash = replace(VIDEO, mid="w", formats=(replace(H264, number=96), replace(VP8, number=98)))
    told = answer(VIDEO, clash)
    assert [each.number for each in told.description.sections[1].formats] == [98]
    assert [each.number for each in told.sections[1].payload_types] == [98]


def test_a_section_without_a_usable_codec_fails_alone() -> None:
    told = answer(replace(VIDEO, formats=(Format(98, "VP9", 90_000),)), AUDIO, DATA)
    rejected, audio, data = told.description.sections
    assert (rejected.port, rejected.direction, rejected.mid) == (0, "inactive", "v")
    assert rejected.formats == (Format(98, "VP9", 90_000),)
    assert (audio.port, data.port) == (9, 9)
    assert told.description.bundle == ("a", "d")
    assert audio.candidates
    assert [each.mid for each in told.sections] == ["a"]


@pytest.mark.parametrize(
    "section",
    [
        replace(VIDEO, port=0),
        replace(VIDEO, rtcp_mux=False),
        replace(VIDEO, protocol="RTP/AVP"),
        replace(DATA, mid="v", sctp_port=None),
        replace(DATA, mid="v", data_format="other"),
        MediaSection("text", "v", formats=(Format(98, "t140", 1000),), rtcp_mux=True),
    ],
)
def test_what_cannot_be_used_is_rejected(section: MediaSection) -> None:
    told = answer(AUDIO, section)
    assert told.description.sections[1].port == 0
    assert [each.mid for each in told.sections] == ["a"]


def test_a_stopped_section_brings_nothing_and_may_send_again() -> None:
    sections = PublisherSections(1)
    stopped = sections.answer(offer(replace(VIDEO, direction="inactive")), LOCAL)
    assert not stopped.sections[0].active
    assert stopped.sections[0].layers == ()
    assert stopped.description.sections[0].direction == "inactive"
    assert stopped.description.sections[0].formats
    assert sections.answer(offer(VIDEO), LOCAL).sections[0].active


def test_what_the_client_would_receive_is_answered_inactive() -> None:
    assert answer(replace(VIDEO, direction="recvonly")).description.sections[0].direction == "inactive"
    assert answer(replace(VIDEO, direction="sendrecv")).description.sections[0].direction == "recvonly"


def test_the_version_counts_and_sections_keep_their_places() -> None:
    sections = PublisherSections(77)
    first = sections.answer(offer(AUDIO), LOCAL).description
    second = sections.answer(offer(AUDIO, VIDEO), LOCAL).description
    assert (first.session_id, second.session_id) == (77, 77)
    assert second.version == first.version + 1
    for wrong in (offer(VIDEO, AUDIO), offer(AUDIO)):
        with pytest.raises(SdpError):
            sections.answer(wrong, LOCAL)
    assert sections.answer(offer(AUDIO, VIDEO), LOCAL).description.version == second.version + 1


@pytest.mark.parametrize(
    "described",
    [
        SessionDescription(1, 1, ()),
        offer(replace(AUDIO, port=0)),
        offer(AUDIO, VIDEO, bundle=()),
        replace(offer(AUDIO), sections=(replace(offer(AUDIO).sections[0], ufrag=""),)),
        replace(offer(AUDIO), sections=(replace(offer(AUDIO).sections[0], password="short"),)),
        replace(offer(AUDIO), sections=(replace(offer(AUDIO).sections[0], setup="passive"),)),
        replace(offer(AUDIO), sections=(replace(offer(AUDIO).sections[0], setup=None),)),
        replace(offer(AUDIO), sections=(replace(offer(AUDIO).sections[0], fingerprints=()),)),
        replace(
            offer(AUDIO),
            sections=(replace(offer(AUDIO).sections[0], fingerprints=(Fingerprint("sha-1", "AB"),)),),
        ),
    ],
)
def test_an_offer_without_a_usable_transport_is_an_error(described: SessionDescription) -> None:
    with pytest.raises(SdpError):
        PublisherSections(1).answer(described, LOCAL)


def test_only_one_section_carries_data() -> None:
    told = answer(DATA, replace(DATA, mid="e"))
    assert [each.port for each in told.description.sections] == [9, 0]
