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
            ),
            rhythm,
        )
        for mid, rhythm in enumerate(rhythms)
    )


def source_format(track: sdp.LocalTrack) -> SourceFormat:
    """The format of a track as `sdp.offer` describes it."""
    numbers = {uri: number for number, uri in sdp.EXTENSIONS.items()}
    audio = track.kind == "audio"
    return SourceFormat(
        ssrc=track.ssrc,
        payload_type=sdp.AUDIO_PAYLOAD if audio else sdp.VIDEO_PAYLOADS[track.video][0],
        mid=track.mid,
        mid_extension=numbers[sdp.MID],
        level_extension=numbers[sdp.AUDIO_LEVEL] if audio else 0,
    )


def begin(connection: Connection, tracks: Sequence[Outgoing], phase: float = 0.0) -> None:
    """Send the tracks that the connection has announced, `phase` seconds from now on; those without packets are left to
    whoever made the plan, who finds their formats at the connection.
    """
    connection.formats = tuple(source_format(item.track) for item in tracks)
    for item, form in zip(tracks, connection.formats, strict=True):
        if item.rhythm.packets_per_second:
            connection.send(item.rhythm, form, phase)
