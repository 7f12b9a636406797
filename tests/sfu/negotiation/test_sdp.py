import pytest

from sfu.negotiation import sdp
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
from sfu.negotiation.sdp import SdpError, parse, render

HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
DIGEST = ":".join(["AB"] * 32)


def one(*lines: str, head: str = HEAD, media: str = "m=audio 9 UDP/TLS/RTP/SAVPF 111") -> MediaSection:
    return parse(head + "\r\n".join([media, "a=mid:0", *lines]) + "\r\n").sections[0]


FULL = SessionDescription(
    session_id=2**63,
    version=7,
    bundle=("0", "data"),
    ice_lite=True,
    msid_semantic=True,
    fingerprints=(Fingerprint("sha-256", DIGEST),),
    sections=(
        MediaSection(
            kind="video",
            mid="0",
            port=9,
            direction="sendonly",
            formats=(
                Format(96, "VP8", 90_000, 1, "", ("nack", "nack pli")),
                Format(97, "rtx", 90_000, 1, "apt=96"),
                Format(0),
            ),
            extensions=(Extension(1, "urn:a"), Extension(2, "urn:b", "sendonly")),
            msids=(Msid("stream", "track"), Msid("-")),
            rids=(Rid("q", "send"), Rid("h", "send", "pt=96")),
            simulcast=Simulcast(("q", "h"), ()),
            sources=(Source(1, "name", Msid("stream", "track")), Source(2)),
            source_groups=(SourceGroup("FID", (1, 2)),),
            ufrag="ufrag",
            password="password",
            fingerprints=(Fingerprint("sha-384", DIGEST), Fingerprint("sha-256", DIGEST)),
            setup="active",
            candidates=("1 1 udp 1 192.0.2.1 9 typ host",),
            end_of_candidates=True,
            rtcp_mux=True,
            rtcp_rsize=True,
            bundle_only=True,
        ),
        MediaSection(
            kind="application",
            mid="data",
            protocol="UDP/DTLS/SCTP",
            data_format="webrtc-datachannel",
            fingerprints=(Fingerprint("sha-256", DIGEST),),
            sctp_port=5000,
            max_message_size=0,
        ),
    ),
)


def test_what_is_written_reads_back_as_the_same() -> None:
    assert parse(render(FULL)) == FULL


def test_lines_may_end_in_either_way() -> None:
    assert parse(render(FULL).replace("\r\n", "\n")) == FULL


def test_the_session_speaks_for_sections_that_say_nothing() -> None:
    head = (
        HEAD
        + f"a=ice-ufrag:ufrag\r\na=ice-pwd:password\r\na=setup:active\r\na=fingerprint:SHA-256 {DIGEST.lower()}\r\n"
    )
    section = one(head=head)
    assert (section.ufrag, section.password, section.setup) == ("ufrag", "password", "active")
    assert section.fingerprints == (Fingerprint("sha-256", DIGEST),)
    assert one("a=ice-ufrag:own", head=head).ufrag == "own"


def test_feedback_for_every_payload_number_is_given_to_each() -> None:
    section = one("a=rtcp-fb:* nack", "a=rtcp-fb:97 goog-remb", media="m=video 9 UDP/TLS/RTP/SAVPF 96 97")
    assert [each.feedback for each in section.formats] == [("nack",), ("goog-remb", "nack")]


def test_of_simulcast_alternatives_the_first_counts_and_pausing_does_not() -> None:
    section = one("a=simulcast:send ~q,x;h;f recv a")
    assert section.simulcast == Simulcast(("q", "h", "f"), ("a",))


def test_an_ssrc_collects_what_its_lines_say() -> None:
    section = one("a=ssrc:5 cname:name", "a=ssrc:5 msid:stream track", "a=ssrc:5 label:old")
    assert section.sources == (Source(5, "name", Msid("stream", "track")),)


def test_unknown_attributes_and_lines_are_ignored() -> None:
    assert one("a=unknown:thing", "a=unknown", "b=AS:30", "i=title", "k=x") == one()


def test_a_description_may_have_no_sections() -> None:
    assert parse(HEAD) == SessionDescription(1, 2, ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o=- 1 2 IN IP4 127.0.0.1\r\n",
        "v=0\r\nnot a line\r\n",
        "v=0\r\no=- 1 2\r\n",
        "v=0\r\no=- x 2 IN IP4 127.0.0.1\r\n",
        HEAD + "m=audio\r\n",
        HEAD + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
        HEAD + "m=audio 99999 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n",
        HEAD + "m=audio 9 UDP/TLS/RTP/SAVPF 128\r\na=mid:0\r\n",
        HEAD + "m=audio 9 UDP/TLS/RTP/SAVPF x\r\na=mid:0\r\n",
        HEAD + "m=audio 9 UDP/TLS/RTP/SAVPF ١\r\na=mid:0\r\n",
        HEAD + 2 * "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n",
        HEAD + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:far-too-long-for-a-mid\r\n",
        HEAD + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:with blank\r\n",
        HEAD + "a=fingerprint:sha-256 zz\r\n",
        HEAD + "a=setup:sometimes\r\n",
        HEAD + "a=x:\x00\r\n",
        HEAD + "a=x:\r y\r\n",
    ],
)
def test_a_malformed_text_is_an_error(text: str) -> None:
    with pytest.raises(SdpError):
        parse(text)


@pytest.mark.parametrize(
    "line",
    [
        "a=rtpmap:111",
        "a=rtpmap:111 opus",
        "a=rtpmap:111 opus/48000/2/9",
        "a=rtpmap:x opus/48000",
        "a=fmtp:111",
        "a=extmap:1",
        "a=extmap:1/sideways urn:a",
        "a=extmap:999 urn:a",
        "a=rid:q",
        "a=rid:q both",
        "a=rid:with.dot send",
        "a=simulcast:send a b;c d;.",
        "a=ssrc:4294967296 cname:x",
        "a=ssrc-group:FID x",
        "a=msid:",
        "a=ice-ufrag:with blank",
        "a=sctp-port:70000",
        "a=max-message-size:-1",
    ],
)
def test_a_malformed_attribute_is_an_error(line: str) -> None:
    with pytest.raises(SdpError):
        one(line)


def test_the_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    section = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:{}\r\n"
    assert len(parse(HEAD + "".join(map(section.format, range(sdp.MAX_SECTIONS)))).sections) == sdp.MAX_SECTIONS
    for text in (
        HEAD + "".join(map(section.format, range(sdp.MAX_SECTIONS + 1))),
        HEAD + "a=x\r\n" * sdp.MAX_LINES,
        HEAD + "a=" + "x" * sdp.MAX_LINE,
        "v=0\r\n" + ("a=" + "x" * 1000 + "\r\n") * 300,
    ):
        with pytest.raises(SdpError):
            parse(text)
