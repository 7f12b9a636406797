"""Rooms in the rig: who is in, who publishes, who takes what."""

from benchmarks.plane.rig import Rig
from benchmarks.plane.traffic import IDS, OPUS, VP8, Peer, Stream
from sfu.plane.model import Codec, Layer, PayloadType, Publication, SrtpProfile, Subscription

WALL = 1_700_000_000.0  # the wall clock when the rig's own is at 0, seconds since 1970


class Room:
    """A rig with peers in it; handles count up from 1."""

    def __init__(self, profile: SrtpProfile) -> None:
        self.rig = Rig(WALL)
        self.profile = profile
        self._handle = 0

    def join(self) -> Peer:
        """A peer that has negotiated everything a browser does."""
        peer = Peer(self._next(), self.profile)
        self.rig.add_transport(peer.handle, IDS)
        self.rig.set_remote(peer.handle, 0, peer.address)
        self.rig.set_srtp(peer.handle, self.profile, peer.server_key, peer.key)
        return peer

    def publish(self, peer: Peer, kind: PayloadType, rids: tuple[str, ...] = ("",)) -> int:
        """The handle of a new publication; its mid is the handle in decimal."""
        handle = self._next()
        layers = tuple(Layer(rid) for rid in rids)
        audio = kind.codec is Codec.OPUS
        self.rig.add_publication(Publication(handle, peer.handle, str(handle), audio, (kind,), layers))
        return handle

    def subscribe(self, peer: Peer, publication: int, layer: int = 0) -> int:
        """The handle of a new subscription; its SSRC is `sent_ssrc`, that of its RTX one more."""
        handle = self._next()
        ssrc = sent_ssrc(handle)
        self.rig.add_subscription(Subscription(handle, publication, peer.handle, ssrc, (OPUS, VP8), ssrc + 1))
        self.rig.select(handle, layer)
        return handle

    def sent(self) -> int:
        """RTP packets that went out so far."""
        return self.counter("rtp_packets_out")

    def counter(self, name: str) -> int:
        """One of the plane's counters."""
        return self.rig.counters()[name]

    def _next(self) -> int:
        self._handle += 1
        return self._handle


def sent_ssrc(subscription: int) -> int:
    """How a subscription's packets are marked."""
    return 0x10000 + 2 * subscription


def stream(peer: Peer, kind: PayloadType, publication: int, size: int, rid: str = "") -> Stream:
    """What feeds a publication, or one of its layers."""
    return Stream(peer, kind, 0x10_0000 + 16 * publication + ord(rid or "\0") % 16, size, str(publication), rid)
