"""Texts for parsers: an offer as a browser writes it and the request that brings it. Made up, always the same."""

from livekit.protocol import rtc

FINGERPRINT = ":".join(["A7"] * 32)
EXTENSIONS = (
    (1, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
    (2, "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
    (3, "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
    (4, "urn:ietf:params:rtp-hdrext:sdes:mid"),
    (10, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
    (11, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
    (13, "urn:3gpp:video-orientation"),
)
H264 = "level-asymmetry-allowed=1;packetization-mode={};profile-level-id={}"
VIDEO = (
    (96, "VP8", ""),
    (102, "H264", H264.format(1, "42001f")),
    (104, "H264", H264.format(0, "42001f")),
    (108, "H264", H264.format(1, "42e01f")),
    (114, "H264", H264.format(0, "42e01f")),
    (98, "VP9", "profile-id=0"),
    (100, "VP9", "profile-id=2"),
    (45, "AV1", "level-idx=5;profile=0;tier=0"),
)
FEEDBACK = ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")


def offer(cameras: int) -> str:
    """A microphone and several cameras, each in three layers."""
    sections = [_audio("0"), *(line for index in range(cameras) for line in [_video(str(index + 1), index)])]
    group = " ".join(str(mid) for mid in range(cameras + 1))
    head = ["v=0", "o=- 4611731400430051336 2 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {group}"]
    lines = [*head, "a=extmap-allow-mixed", "a=msid-semantic: WMS", *(line for part in sections for line in part)]
    return "\r\n".join(lines) + "\r\n"


def request(text: str) -> bytes:
    """The frame with which a client offers it."""
    return rtc.SignalRequest(offer=rtc.SessionDescription(type="offer", sdp=text)).SerializeToString()


def _audio(mid: str) -> list[str]:
    return [
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8",
        *_transport(mid),
        *(f"a=extmap:{number} {name}" for number, name in EXTENSIONS[:4]),
        "a=sendonly",
        "a=msid:stream microphone",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        "a=rtpmap:111 opus/48000/2",
        "a=rtcp-fb:111 transport-cc",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        "a=rtpmap:63 red/48000/2",
        "a=fmtp:63 111/111",
        "a=rtpmap:9 G722/8000",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:8 PCMA/8000",
        "a=ssrc:1001 cname:someone",
    ]


def _video(mid: str, index: int) -> list[str]:
    numbers = " ".join(f"{number} {number + 1}" for number, _, _ in VIDEO)
    return [
        f"m=video 9 UDP/TLS/RTP/SAVPF {numbers}",
        *_transport(mid),
        *(f"a=extmap:{number} {name}" for number, name in EXTENSIONS[1:]),
        "a=sendonly",
        f"a=msid:stream camera{index}",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        *(line for each in VIDEO for line in _codec(*each)),
        *(f"a=rid:{rid} send" for rid in "qhf"),
        "a=simulcast:send q;h;f",
    ]


def _transport(mid: str) -> list[str]:
    return [
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=ice-ufrag:fragment",
        "a=ice-pwd:passwordpasswordpassword",
        "a=ice-options:trickle",
        f"a=fingerprint:sha-256 {FINGERPRINT}",
        "a=setup:actpass",
        f"a=mid:{mid}",
    ]


def _codec(number: int, name: str, parameters: str) -> list[str]:
    return [
        f"a=rtpmap:{number} {name}/90000",
        *(f"a=rtcp-fb:{number} {kind}" for kind in FEEDBACK),
        *([f"a=fmtp:{number} {parameters}"] if parameters else []),
        f"a=rtpmap:{number + 1} rtx/90000",
        f"a=fmtp:{number + 1} apt={number}",
    ]
