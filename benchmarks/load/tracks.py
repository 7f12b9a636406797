"""Tracks that a participant publishes: what the SDP says of them and how their packets are marked."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.load import sdp
from benchmarks.load.client import Connection
from benchmarks.load.model import Codec, Kind, Rhythm, SourceFormat

_ssrcs = itertools.count(0x1000_0000, 0x1357)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A track to publish with its traffic."""

    track: sdp.LocalTrack
    rhythm: Rhythm


def outgoing(rhythms: Sequence[Rhythm], participant: str) -> tuple[Outgoing, ...]:
    """Tracks for the rhythms: mids in order, fresh SSRCs, readable ids."""
    return tuple(
        Outgoing(
            sdp.LocalTrack(
                mid=str(mid),
                kind="audio" if rhythm.kind is Kind.AUDIO else "video",
                ssrc=next(_ssrcs),
                track_id=f"{participant}-{mid}",
                video="h264" if rhythm.codec is Codec.H264 else "vp8",
                rids=rhythm.rids,
            ),
            rhythm,
        )
        for mid, rhythm in enumerate(rhythms)
    )


def source_formats(track: sdp.LocalTrack) -> tuple[SourceFormat, ...]:
    """The format of a track as `sdp.offer` describes it; of each of its encodings."""
    numbers = {uri: number for number, uri in sdp.EXTENSIONS.items() if track.carries(uri)}
    payload = sdp.AUDIO_PAYLOAD if track.kind == "audio" else sdp.VIDEO_PAYLOADS[track.video][0]
    return tuple(
        SourceFormat(
            ssrc=track.ssrc + number,
            payload_type=payload,
            mid=track.mid,
            mid_extension=numbers[sdp.MID],
            level_extension=numbers.get(sdp.AUDIO_LEVEL, 0),
            rid=rid,
            rid_extension=numbers.get(sdp.RID, 0),
        )
        for number, rid in enumerate(track.rids or ("",))
    )


def begin(connection: Connection, tracks: Sequence[Outgoing], phase: float = 0.0) -> None:
    """Send the tracks that the connection has announced, `phase` seconds from now on; those without packets are left to
    whoever made the plan, who finds their formats at the connection.
    """
    formats = [source_formats(item.track) for item in tracks]
    connection.formats = tuple(itertools.chain.from_iterable(formats))
    for item, (form, *_) in zip(tracks, formats, strict=True):
        if item.rhythm.packets_per_second:
            connection.send(item.rhythm, form, phase)
