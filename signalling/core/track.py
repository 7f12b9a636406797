"""A published track as clients see it: built from `add_track`, completed by media when its first packet arrives."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from livekit.protocol import models, rtc

from signalling.ports import Kind, LayerInfo, LiveTrack, TrackRequest

QUALITY_OF_RID = {
    "q": models.VideoQuality.LOW,
    "h": models.VideoQuality.MEDIUM,
    "f": models.VideoQuality.HIGH,
    "": models.VideoQuality.HIGH,  # the only layer
}

SID_LETTER = {
    models.TrackSource.CAMERA: "C",
    models.TrackSource.MICROPHONE: "M",
    models.TrackSource.SCREEN_SHARE: "S",
    models.TrackSource.SCREEN_SHARE_AUDIO: "s",
}

SCREEN_SOURCES = (models.TrackSource.SCREEN_SHARE, models.TrackSource.SCREEN_SHARE_AUDIO)

PLAIN_GROUP = re.compile(r"(?!TR)[A-Za-z0-9_-]{1,32}")
"""A group's name that can be part of a stream id as it is: stream ids are short tokens (RFC 8830 section 2), and what
begins like a track sid is taken for one by clients."""


def sid_prefix(request: rtc.AddTrackRequest) -> str:
    """How the sid of a requested track begins: kind and source can be read from it."""
    kind = "A" if request.type == models.TrackType.AUDIO else "V"
    return f"TR_{kind}{SID_LETTER.get(request.source, 'U')}"


@dataclass(slots=True, eq=False)
class Track:
    """One track of one participant. Public once `live`: its first packet has arrived."""

    cid: str
    cids: tuple[str, ...]
    info: models.TrackInfo
    live: bool = False
    must_mute: bool = False  # muted from afar; its client has not confirmed it
    was_subscribed: bool = False  # the publisher was told that somebody receives it
    sid: str = field(init=False)
    """As in the information, which is slow to ask: everybody's subscriptions go by it. The next two do not change
    either."""
    kind: Kind = field(init=False)
    group: str = field(init=False)
    """Name of the group of tracks that are played in sync. A client's own name that is no token is hashed."""

    def __post_init__(self) -> None:
        self.sid = self.info.sid
        self.kind = "audio" if self.info.type == models.TrackType.AUDIO else "video"
        name = self.info.stream or ("screen" if self.info.source in SCREEN_SOURCES else "camera")
        plain = PLAIN_GROUP.fullmatch(name)
        self.group = name if plain else hashlib.sha256(name.encode()).hexdigest()[:16]

    def request(self) -> TrackRequest:
        return TrackRequest(self.sid, self.cids, self.kind, self.info.source in SCREEN_SOURCES)

    def go_live(self, live: LiveTrack) -> None:
        """Complete the information with what really arrives."""
        self.live = True
        info = self.info
        info.mime_type, info.mid = live.mime_type, live.mid
        if self.kind == "video":
            _describe_layers(info, live.layers)
        del info.codecs[:]
        info.codecs.add(mime_type=live.mime_type, mid=live.mid, cid=self.cid, layers=info.layers)


def _describe_layers(info: models.TrackInfo, arriving: Sequence[LayerInfo]) -> None:
    announced = {layer.quality: layer for layer in info.layers}
    layers = []
    for layer in arriving:
        quality = QUALITY_OF_RID.get(layer.rid, models.VideoQuality.HIGH)
        known = announced.get(quality, models.VideoLayer())
        layers.append(
            models.VideoLayer(
                quality=quality,
                width=layer.width or known.width,
                height=layer.height or known.height,
                bitrate=known.bitrate,
                ssrc=layer.ssrc,
                rid=layer.rid,
            )
        )
    del info.layers[:]
    info.layers.extend(layers)
    info.simulcast = len(layers) > 1


def track_of_request(request: rtc.AddTrackRequest, sid: str) -> Track:
    """A new track. Features that the server would have to take part in (packet trailers) are left out."""
    cids = [request.cid, *(codec.cid for codec in request.simulcast_codecs)]
    layers = request.layers or (request.simulcast_codecs[0].layers if request.simulcast_codecs else ())
    info = models.TrackInfo(
        sid=sid,
        type=request.type,
        name=request.name,
        muted=request.muted,
        width=request.width,
        height=request.height,
        simulcast=len(layers) > 1,
        disable_dtx=request.disable_dtx,
        source=request.source,
        layers=layers,
        stereo=request.stereo,
        disable_red=True,
        encryption=request.encryption,
        stream=request.stream,
        audio_features=request.audio_features,
        backup_codec_policy=request.backup_codec_policy,
    )
    return Track(request.cid, tuple(dict.fromkeys(cid for cid in cids if cid)), info)
