from dataclasses import replace
from pathlib import Path
from random import Random

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
from sfu.negotiation.sdp import Reader, SdpError, Writer, parse, render

HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
DIGEST = ":".join(["AB"] * 32)
RECORDED = Path(__file__).parent.parent.parent / "data" / "sdp"


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
        HEAD + f"a=fingerprint:sha-256 {':'.join(['AB'] * 32)}\r\n" * (sdp.MAX_FINGERPRINTS + 1),
        "v=0\r\n" + ("a=" + "x" * 1000 + "\r\n") * 1_100,
    ):
        with pytest.raises(SdpError):
            parse(text)


def test_an_answer_to_as_many_sections_as_there_may_be_is_not_too_long() -> None:
    head, *sections = (RECORDED / "chromium.answer.sdp").read_text().split("m=")
    longest = max(("m=" + section for section in sections), key=len)
    assert len(head) + sdp.MAX_SECTIONS * len(longest) <= sdp.MAX_LENGTH


# -- descriptions that follow one another ---------------------------------------------------------------------------


def sections_text(*sections: tuple[str, str], head: str = HEAD) -> str:
    """Sections as (mid, direction)."""
    return head + "".join(f"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:{mid}\r\na={way}\r\n" for mid, way in sections)


def test_a_section_that_is_as_before_is_the_same_object() -> None:
    reader = Reader()
    before = reader.parse(sections_text(("0", "sendonly"), ("1", "inactive"), ("2", "sendonly"))).sections
    after = reader.parse(sections_text(("0", "sendonly"), ("1", "sendonly"), ("2", "sendonly"))).sections
    assert after[0] is before[0]
    assert reader.parse(sections_text(("0", "sendonly"), ("1", "sendonly"))).sections == after[:2]
    assert after[2] is before[2]
    assert [(each.mid, each.direction) for each in after] == [(mid, "sendonly") for mid in "012"]


def test_what_the_session_says_anew_reaches_sections_that_are_as_before() -> None:
    reader = Reader()
    for ufrag in ("first", "second"):
        head = f"{HEAD}a=ice-ufrag:{ufrag}\r\n"
        (section,) = reader.parse(sections_text(("0", "sendonly"), head=head)).sections
        assert section.ufrag == ufrag


def test_an_error_changes_nothing_for_the_next_description() -> None:
    reader = Reader()
    text = sections_text(("0", "sendonly"), ("1", "sendonly"))
    before = reader.parse(text)
    with pytest.raises(SdpError):
        reader.parse(sections_text(("0", "inactive"), ("0", "inactive")))
    assert reader.parse(text) == before


@pytest.mark.parametrize(
    "lines",
    [
        ("a=mid:0", "a=mid:1"),  # the last counts
        ("a=mid:0", "a=mid"),
        ("a=mid: 0 ",),
        ("a=midst:1", "a=mid:0"),
        ("a=mid:" + "x" * 17,),
    ],
)
def test_odd_mids_are_read_alike_whatever_came_before(lines: tuple[str, ...]) -> None:
    text = HEAD + "\r\n".join(["m=audio 9 UDP/TLS/RTP/SAVPF 111", *lines, "a=sendonly"]) + "\r\n"
    reader = Reader()
    reader.parse(sections_text(("0", "sendonly"), ("1", "sendonly")))
    try:
        expected = parse(text)
    except SdpError:
        with pytest.raises(SdpError):
            reader.parse(text)
    else:
        assert reader.parse(text) == expected


def test_reading_and_writing_on_come_to_the_same_as_doing_it_anew() -> None:
    """Descriptions of recorded clients with sections that come, change and return."""
    random = Random(20)
    pool = [section for path in sorted(RECORDED.glob("*.sdp")) for section in parse(path.read_text()).sections]
    reader, writer = Reader(), Writer()
    present: list[MediaSection] = []
    for version in range(200):
        for index, section in enumerate(present):
            if random.random() < 0.1:
                present[index] = replace(random.choice(pool), mid=section.mid)
        present.append(replace(random.choice(pool), mid=str(version)))
        present = present[-12:]
        told = (Fingerprint("sha-256", DIGEST),) if random.random() < 0.5 else ()
        description = SessionDescription(1, version, tuple(present), fingerprints=told)
        text = writer.render(description)
        assert text == render(description)
        assert reader.parse(text) == parse(text)
