"""A forwarding thread and transports that only remember what they are told, and clients made of text."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from sfu.lane import ConnectionListener
from sfu.negotiation import sdp
from sfu.negotiation.description import Fingerprint
from sfu.negotiation.parameters import Candidate, LocalParameters, RemoteParameters
from sfu.plane.model import (
    Codec,
    Event,
    ExtensionIds,
    FirstPacket,
    LayerStats,
    Publication,
    PublicationStats,
    Removed,
    Subscription,
    SubscriptionStats,
    TransportStats,
)
from sfu.ports import Channel as ChannelName
from sfu.ports import LiveTrack, Target, TransportState
from sfu.transport.sctp import Channel

FINGERPRINT = Fingerprint("sha-256", ":".join(["AB"] * 32))


class FakePlane:
    """Takes commands; a test sets the figures and acknowledges removals."""

    def __init__(self) -> None:
        self.commands: list[tuple[Any, ...]] = []
        self.publications: dict[int, Publication] = {}
        self.subscriptions: dict[int, Subscription] = {}
        self.publication_figures: dict[int, PublicationStats] = {}
        self.subscription_figures: dict[int, SubscriptionStats] = {}
        self.transport_figures: dict[int, TransportStats] = {}
        self.removals: list[Removed] = []
        self.used_ssrcs: set[tuple[int, int]] = set()
        self.started = self.stopped = False

    def named(self, command: str) -> list[tuple[Any, ...]]:
        return [each[1:] for each in self.commands if each[0] == command]

    def set_extensions(self, transport: int, extensions: ExtensionIds) -> None:
        self.commands.append(("set_extensions", transport, extensions))

    def add_publication(self, publication: Publication) -> None:
        self.commands.append(("add_publication", publication.publication))
        self.publications[publication.publication] = publication

    def set_publication(self, publication: Publication) -> None:
        self.commands.append(("set_publication", publication.publication))
        self.publications[publication.publication] = publication

    def remove_publication(self, publication: int) -> None:
        self.commands.append(("remove_publication", publication))
        del self.publications[publication]
        self.removals.append(Removed("publication", publication))

    def pause_publication(self, publication: int, paused: bool) -> None:
        self.commands.append(("pause_publication", publication, paused))

    def add_subscription(self, subscription: Subscription) -> None:
        assert subscription.publication in self.publications
        ssrc = subscription.transport, subscription.ssrc
        if ssrc in self.used_ssrcs:  # as the thread does
            raise ValueError(f"SSRC {ssrc} was used before")
        self.used_ssrcs.add(ssrc)
        self.commands.append(("add_subscription", subscription.subscription))
        self.subscriptions[subscription.subscription] = subscription

    def remove_subscription(self, subscription: int) -> None:
        self.commands.append(("remove_subscription", subscription))
        del self.subscriptions[subscription]
        self.removals.append(Removed("subscription", subscription))

    def select(self, subscription: int, layer: int, temporal: int = 7) -> None:
        self.commands.append(("select", subscription, layer, temporal))

    def limit_publisher(self, transport: int, bitrate: int) -> None:
        self.commands.append(("limit_publisher", transport, bitrate))

    def publication_stats(self, publication: int) -> PublicationStats | None:
        return self.publication_figures.get(publication)

    def subscription_stats(self, subscription: int) -> SubscriptionStats | None:
        return self.subscription_figures.get(subscription)

    def transport_stats(self, transport: int) -> TransportStats | None:
        return self.transport_figures.get(transport)

    def counters(self) -> dict[str, int]:
        return {"rtp_in": 7}

    def start(self) -> None:
        self.started = True

    def stop(self) -> None:
        self.stopped = True


class FakeConnection:
    def __init__(
        self, handle: int, listener: ConnectionListener, channels: tuple[Channel, ...], plane: FakePlane
    ) -> None:
        self.handle = handle
        self.listener = listener
        self.checked_at = math.inf  # as if the client never fell silent
        self.remotes: list[RemoteParameters] = []
        self.sent: list[tuple[str, bytes]] = []
        self.restarts = 0
        self.backlog = 0
        self.held = False
        self.connected = False
        self.channels = [channel.label for channel in channels]
        self._plane = plane

    @property
    def local(self) -> LocalParameters:
        ufrag = f"ufrag{self.handle}r{self.restarts}"
        return LocalParameters(ufrag, "p" * 24, FINGERPRINT, (Candidate("127.0.0.1", 7882),))

    def connect(self, remote: RemoteParameters) -> None:
        if self.remotes and self.remotes[-1].ufrag != remote.ufrag:
            self.restarts += 1
        self.remotes.append(remote)

    def restart_ice(self) -> None:
        self.restarts += 1

    def send(self, label: str, payload: bytes) -> bool:
        self.sent.append((label, payload))
        return True

    def hold(self, held: bool) -> None:
        self.held = held

    async def close(self) -> None:
        self._plane.commands.append(("close_transport", self.handle))


class FakeConnections:
    """Stands for the mux: opens fake transports and hands a test's events to the lane."""

    def __init__(self, plane: FakePlane, handler: Callable[[Event], None]) -> None:
        self.plane = plane
        self.deliver = handler
        self.opened: list[FakeConnection] = []
        self.closed = False

    def open(self, listener: ConnectionListener, channels: tuple[Channel, ...] = ()) -> FakeConnection:
        self.opened.append(FakeConnection(len(self.opened) + 1, listener, channels, self.plane))
        return self.opened[-1]

    def counters(self) -> Mapping[str, int]:
        return {"stun_in": 3}

    async def close(self) -> None:
        self.closed = True

    def acknowledge(self) -> None:
        """The thread has done every removal so far."""
        removals, self.plane.removals = self.plane.removals, []
        for removal in removals:
            self.deliver(removal)


@dataclass
class Ear:
    """A listener that remembers."""

    heard: list[tuple[Any, ...]] = field(default_factory=list)

    def transport_changed(self, target: Target, state: TransportState) -> None:
        self.heard.append(("transport_changed", target, state))

    def offer_needed(self, urgent: bool) -> None:
        self.heard.append(("offer_needed", urgent))

    def track_live(self, track: LiveTrack) -> None:
        self.heard.append(("track_live", track))

    def track_gone(self, track: str) -> None:
        self.heard.append(("track_gone", track))

    def data_received(self, channel: ChannelName, payload: bytes) -> None:
        self.heard.append(("data_received", channel, payload))

    def stream_paused(self, track: str, paused: bool) -> None:
        self.heard.append(("stream_paused", track, paused))

    def layers_wanted(self, track: str, enabled: Mapping[str, bool]) -> None:
        self.heard.append(("layers_wanted", track, dict(enabled)))

    def speakers_changed(self, levels: Mapping[str, float]) -> None:
        self.heard.append(("speakers_changed", dict(levels)))

    def named(self, name: str) -> list[tuple[Any, ...]]:
        return [each[1:] for each in self.heard if each[0] == name]


class Request(NamedTuple):
    track: str
    cids: tuple[str, ...]
    kind: Literal["audio", "video"]
    screen: bool = False


class Wish(NamedTuple):
    disabled: bool = False
    quality: Literal["low", "medium", "high"] = "high"
    width: int = 0
    height: int = 0
    fps: int = 0


def layer_figures(
    *, packets: int = 100, lost: int = 0, bitrate: int = 150_000, last: float = 1.0, height: int = 180
) -> LayerStats:
    return LayerStats(
        packets=packets,
        bytes=packets * 1000,
        lost=lost,
        jitter=0.001,
        nacks_sent=0,
        plis_sent=0,
        frames=10,
        key_frames=1,
        bitrate=bitrate,
        last_packet=last,
        width=height * 16 // 9,
        height=height,
    )


def video_figures(*layers: LayerStats) -> PublicationStats:
    return PublicationStats(layers, 127, 0, 0)


THREE_LAYERS = video_figures(
    layer_figures(bitrate=150_000, height=180),
    layer_figures(bitrate=450_000, height=360),
    layer_figures(bitrate=1_500_000, height=720),
)


def voice_figures(level: int, active_ms: int) -> PublicationStats:
    return PublicationStats((layer_figures(bitrate=32_000, height=0),), level, active_ms, 400)


def subscription_figures(*, bitrate: int, fraction_lost: float = 0.0) -> SubscriptionStats:
    return SubscriptionStats(
        packets=100,
        bytes=100_000,
        retransmitted=0,
        layer=0,
        temporal=7,
        lost=0,
        fraction_lost=fraction_lost,
        jitter=0.002,
        round_trip=0.02,
        nacks_received=0,
        plis_received=0,
        bitrate=bitrate,
    )


def transport_figures(*, remb: int = 0, remb_at: float = 0.0) -> TransportStats:
    return TransportStats(0, 0, 0, 0, remb, remb_at, 0.02, 1.0)


def first_packet(publication: Publication, layer: int = 0) -> FirstPacket:
    codec = Codec.OPUS if publication.audio else Codec.VP8
    return FirstPacket(publication.publication, layer, 1000 + layer, 96, codec)


# -- clients made of text --------------------------------------------------------------------------------------------

_SECTION = "a=ice-ufrag:{ufrag}\r\na=ice-pwd:" + "w" * 24 + "\r\na=setup:actpass\r\na=rtcp-mux\r\na=rtcp-rsize\r\n"
_CODECS = {
    "audio": "111\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n",
    "video": "96 97\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n"
    "a=rtcp-fb:96 goog-remb\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n",
}
_EXTENSIONS = (
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
)
_TRANSPORT_CC = "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
SIMULCAST = "a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\na=simulcast:send q;h;f\r\n"


class Sent(NamedTuple):
    """A section of a client's offer."""

    kind: Literal["audio", "video"]
    cid: str
    active: bool = True
    simulcast: bool = False


def offer(*sections: Sent, ufrag: str = "client", transport_cc: bool = True) -> str:
    """What a client that sends these tracks offers; mids are 0, 1, ..."""
    mids = " ".join(str(mid) for mid in range(len(sections)))
    lines = ["v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", f"a=group:BUNDLE {mids}\r\n"]
    lines.append(f"a=fingerprint:{FINGERPRINT.algorithm} {FINGERPRINT.value}\r\n")
    for mid, section in enumerate(sections):
        lines.append(f"m={section.kind} 9 UDP/TLS/RTP/SAVPF {_CODECS[section.kind]}a=mid:{mid}\r\n")
        lines.append(_SECTION.format(ufrag=ufrag) + _EXTENSIONS + (_TRANSPORT_CC if transport_cc else ""))
        lines.append("a=sendonly\r\n" if section.active else "a=inactive\r\n")
        lines.append(f"a=msid:- {section.cid}\r\n" if section.active else "")
        lines.append(SIMULCAST if section.simulcast and section.active else "")
    return "".join(lines)


def answer(offered: str, *, refuse: tuple[str, ...] = ()) -> str:
    """What a client says to our offer; it refuses the sections with the given mids."""
    description = sdp.parse(offered)
    sections = []
    for section in description.sections:
        taken = section.direction == "sendonly" and section.mid not in refuse
        sections.append(
            replace(
                section,
                direction="recvonly" if taken else ("sendrecv" if section.kind == "application" else "inactive"),
                setup="active",
                ufrag="client",
                password="w" * 24,
                msids=(),
                sources=(),
                source_groups=(),
                candidates=(),
            )
        )
    return sdp.render(replace(description, sections=tuple(sections), fingerprints=(FINGERPRINT,), ice_lite=False))
