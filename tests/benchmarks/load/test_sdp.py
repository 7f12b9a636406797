import pytest
from aiortc.sdp import SessionDescription

from benchmarks.load import sdp
from benchmarks.load.ice import Credentials
from benchmarks.load.model import Kind
from benchmarks.load.tracks import source_formats

TRANSPORT = sdp.LocalTransport(Credentials("frag", "password-of-22-letters"), "AA:" * 31 + "BB", ("127.0.0.1", 4000))
TRACKS = (sdp.LocalTrack("0", "audio", 11, "voice"), sdp.LocalTrack("1", "video", 22, "camera"))

SERVER_OFFER = "\r\n".join(
    (
        "v=0",
        "o=- 5 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1 2",
        "a=ice-lite",
        "a=fingerprint:sha-256 " + "CC:" * 31 + "DD",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 0.0.0.0",
        "a=mid:0",
        "a=ice-ufrag:srv",
        "a=ice-pwd:server-password",
        "a=candidate:1 1 udp 2130706431 192.0.2.7 7882 typ host",
        "a=candidate:2 1 tcp 1518280447 127.0.0.1 7881 typ host tcptype passive",
        "a=candidate:3 1 udp 2130706430 127.0.0.1 7882 typ host",
        "a=setup:actpass",
        "a=sctp-port:5000",
        "m=video 9 UDP/TLS/RTP/SAVPF 100 101 102",
        "c=IN IP4 0.0.0.0",
        "a=mid:1",
        "a=sendonly",
        "a=rtpmap:100 VP8/90000",
        "a=rtpmap:101 rtx/90000",
        "a=fmtp:101 apt=100",
        "a=rtpmap:102 H264/90000",
        "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=extmap:5 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 0.0.0.0",
        "a=mid:2",
        "a=inactive",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        "",
    )
)


def test_an_offer_is_sdp_for_others() -> None:
    description = SessionDescription.parse(sdp.offer(TRANSPORT, TRACKS))
    audio, video = description.media
    assert (audio.kind, audio.direction, audio.ssrc[0].ssrc) == ("audio", "sendonly", 11)
    assert [codec.mimeType for codec in video.rtp.codecs] == ["video/VP8", "video/rtx"]
    assert audio.ice_candidates[0].port == 4000
    assert audio.ice is not None
    assert audio.ice.usernameFragment == "frag"
    assert audio.dtls is not None
    assert audio.dtls.role == "client"


def test_the_loopback_candidate_over_udp_is_taken() -> None:
    remote = sdp.parse(SERVER_OFFER)
    assert remote.addresses == (("127.0.0.1", 7882), ("192.0.2.7", 7882))
    assert remote.lite
    assert remote.credentials == Credentials("srv", "server-password")


def test_payload_kinds_leave_out_what_the_client_does_not_take() -> None:
    assert sdp.parse(SERVER_OFFER).payload_kinds() == {100: Kind.VIDEO, 101: Kind.RTX, 111: Kind.AUDIO}


def test_an_answer_keeps_order_mids_and_numbers() -> None:
    text = sdp.answer(sdp.parse(SERVER_OFFER), TRANSPORT, session=3)
    assert "o=- 1 3 IN IP4" in text
    answer = SessionDescription.parse(text)
    assert [(media.kind, media.rtp.muxId) for media in answer.media] == [
        ("application", "0"),
        ("video", "1"),
        ("audio", "2"),
    ]
    assert answer.media[1].direction == "recvonly"
    assert answer.media[2].direction == "inactive"
    assert [codec.payloadType for codec in answer.media[1].rtp.codecs] == [100, 101]
    assert [extension.id for extension in answer.media[1].rtp.headerExtensions] == [4]


@pytest.mark.parametrize("missing", ["a=ice-pwd", "a=fingerprint"])
def test_a_description_without_the_needful_is_refused(missing: str) -> None:
    cut = "\r\n".join(line for line in SERVER_OFFER.splitlines() if not line.startswith(missing))
    with pytest.raises(sdp.SdpError):
        sdp.parse(cut)


def test_h264_is_offered_alone_and_taken_in_several_packets_a_picture() -> None:
    camera = sdp.LocalTrack("0", "video", 22, "camera", "h264")
    (video,) = SessionDescription.parse(sdp.offer(TRANSPORT, [camera])).media
    first, repair = video.rtp.codecs
    assert (first.mimeType, first.parameters["packetization-mode"]) == ("video/H264", "1")
    assert (repair.mimeType, repair.parameters["apt"]) == ("video/rtx", first.payloadType)
    text = SERVER_OFFER.replace("a=rtpmap:102 H264/90000", "a=rtpmap:102 H264/90000\r\na=fmtp:102 packetization-mode=1")
    assert sdp.parse(text).payload_kinds()[102] is Kind.VIDEO


def test_a_section_without_a_codec_of_ours_is_rejected() -> None:
    text = SERVER_OFFER.replace("a=rtpmap:100 VP8/90000", "a=rtpmap:100 AV1/90000")
    answer = sdp.answer(sdp.parse(text), TRANSPORT)
    assert "m=video 0 UDP/TLS/RTP/SAVPF 100 101 102" in answer
    assert "a=group:BUNDLE 0 2" in answer


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("candidate:1 1 udp 2130706431 192.0.2.7 7882 typ host", ("192.0.2.7", 7882)),
        ("candidate:1 1 UDP 2130706431 2001:db8::7 7882 typ host generation 0", ("2001:db8::7", 7882)),
        ("candidate:1 2 udp 2130706431 192.0.2.7 7882 typ host", None),
        ("candidate:1 1 tcp 1518280447 192.0.2.7 7881 typ host tcptype passive", None),
        ("candidate:1 1 udp 1686052607 198.51.100.7 7882 typ srflx raddr 192.0.2.7 rport 7882", None),
        ("candidate:1 1 udp 2130706431 5c1c0e4c.local 7882 typ host", None),
        ("candidate:1 1 udp 2130706431 192.0.2.7 0 typ host", None),
        ("", None),
    ],
)
def test_host_candidates_over_udp_are_taken(line: str, address: tuple[str, int] | None) -> None:
    assert sdp.candidate(line) == address


def test_addresses_may_come_later() -> None:
    silent = sdp.parse("\r\n".join(line for line in SERVER_OFFER.splitlines() if not line.startswith("a=candidate")))
    assert silent.addresses == ()
    more = [("2001:db8::7", 1), ("192.0.2.7", 1), ("127.0.0.1", 1), ("192.0.2.7", 1)]
    assert sdp.with_addresses(silent, more).addresses == (("127.0.0.1", 1), ("192.0.2.7", 1), ("2001:db8::7", 1))


def test_data_may_be_offered_alone() -> None:
    (data,) = SessionDescription.parse(sdp.offer(TRANSPORT, (), data=True)).media
    assert (data.kind, data.sctp_port) == ("application", 5000)


@pytest.mark.parametrize("change", [("VP8/90000", "VP8/x"), ("100", "900"), ("m=audio 9", "m=audio x")])
def test_a_description_that_makes_no_sense_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(sdp.SdpError):
        sdp.parse(SERVER_OFFER.replace(*change))


def test_simulcast_is_offered_by_names_and_has_no_ssrc_in_the_offer() -> None:
    track = sdp.LocalTrack("1", "video", 22, "camera", rids=("q", "h", "f"))
    lines = sdp.offer(TRANSPORT, [track]).splitlines()
    assert [line for line in lines if line.startswith(("a=rid", "a=simulcast"))] == [
        "a=rid:q send",
        "a=rid:h send",
        "a=rid:f send",
        "a=simulcast:send q;h;f",
    ]
    assert f"a=extmap:4 {sdp.RID}" in lines
    assert not any(line.startswith("a=ssrc") for line in lines)
    assert [(form.rid, form.ssrc, form.rid_extension) for form in source_formats(track)] == [
        ("q", 22, 4),
        ("h", 23, 4),
        ("f", 24, 4),
    ]
    (plain,) = source_formats(TRACKS[1])
    assert (plain.rid, plain.rid_extension) == ("", 0)
