"""A track that a peer sends: its publication in the forwarding thread and what is known of it."""

from collections.abc import Mapping
from typing import Final

from sfu.core.arrival import Arrival
from sfu.core.dynacast import Dynacast
from sfu.core.selection import NO_LAYER, LayerState
from sfu.plane.model import Codec, FirstPacket, Publication, PublicationStats
from sfu.plane.thread import PlaneThread
from sfu.ports import LayerInfo, LiveTrack

MIME_TYPES: Final[Mapping[Codec, str]] = {
    Codec.OPUS: "audio/opus",
    Codec.VP8: "video/VP8",
    Codec.H264: "video/H264",
}


class IncomingTrack:
    """One publication. `codec` is what its packets carry, None before the first of them."""

    def __init__(self, plane: PlaneThread, track: str, owner: int, publication: Publication, *, screen: bool) -> None:
        self.track = track
        self.owner = owner
        self.publication = publication
        self.screen = screen
        self.muted = False
        self.codec: Codec | None = None
        self.stats: PublicationStats | None = None
        self.layers: tuple[LayerState, ...] = ()
        self.shape: tuple[tuple[bool, int, int], ...] = ()  # of the layers: live, width, height; replaced by any change
        self.demand = NO_LAYER  # the highest layer that a receiver wanted at the last look
        self.demand_changed = True  # receivers, or what they wish, are not those of the last look at the demand
        self.dynacast = Dynacast(len(publication.layers))
        self._arrival = Arrival()
        self._plane = plane
        self._ssrcs: dict[int, int] = {}
        plane.add_publication(publication)

    @property
    def handle(self) -> int:
        return self.publication.publication

    @property
    def audio(self) -> bool:
        return self.publication.audio

    @property
    def live(self) -> bool:
        return self.codec is not None

    @property
    def is_asked_again(self) -> bool:
        """Somebody's wishes changed while its publisher was asked to leave layers out: a newcomer may wait for them."""
        return self.live and not self.audio and self.demand_changed and self.dynacast.leaves_out

    @property
    def mime_type(self) -> str | None:
        """None before the first packet."""
        return None if self.codec is None else MIME_TYPES[self.codec]

    def negotiate(self, publication: Publication) -> bool:
        """What a later offer says of the same section. True when the layers are others now: receivers choose anew."""
        if publication == self.publication:
            return False
        before = [layer.rid for layer in self.publication.layers]
        self.publication = publication
        self._plane.set_publication(publication)
        if before == [layer.rid for layer in publication.layers]:
            return False
        self.dynacast = Dynacast(len(publication.layers))
        self.layers = (LayerState(0, False),) * len(publication.layers)
        self._note_shape()
        self._arrival = Arrival()
        self._ssrcs.clear()
        return True

    def mute(self, muted: bool) -> None:
        if muted != self.muted:
            self.muted = muted
            self._plane.pause_publication(self.handle, muted)

    def first_packet(self, event: FirstPacket) -> bool:
        """A layer came alive; True for the first one of the track."""
        first = not self.live
        self.codec = event.codec
        self._ssrcs[event.layer] = event.ssrc
        self.read()
        return first

    def read(self) -> PublicationStats | None:
        """Take the thread's figures. Audio levels start anew with each read: audio is read once per speaker window."""
        stats = self._plane.publication_stats(self.handle)
        if stats is not None:
            self.stats = stats
            self.layers = self._arrival.observe(stats, self.dynacast.top)
            self._note_shape()
        return stats

    def _note_shape(self) -> None:
        shape = tuple((layer.live, layer.width, layer.height) for layer in self.layers)
        if shape != self.shape:
            self.shape, self.demand_changed = shape, True

    def describe(self) -> LiveTrack:
        """The track for others; it must be live."""
        assert self.mime_type is not None
        layers = [self._layer_info(index, layer.rid) for index, layer in enumerate(self.publication.layers)]
        return LiveTrack(self.track, self.publication.mid, self.mime_type, layers)

    def close(self) -> None:
        """The thread acknowledges the removal later."""
        self._plane.remove_publication(self.handle)

    def _layer_info(self, index: int, rid: str) -> LayerInfo:
        size = self.layers[index] if index < len(self.layers) else LayerState(0, False)
        return LayerInfo(rid, self._ssrcs.get(index, self.publication.layers[index].ssrc), size.width, size.height)
