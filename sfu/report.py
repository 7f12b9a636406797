"""A peer's statistics for people: JSON-able, made of the forwarding thread's figures.

    {"publisher": Connection, "subscriber": Connection, "sent": [Sent, ...], "received": [Received, ...]}

Connection: packets_in, bytes_in, packets_out, bytes_out (totals), round_trip_ms (0 = unknown), remb (bit/s that the
client last asked for, 0 = never).
Sent, a track of the peer's own: track, kind ("audio" or "video"), mime_type (null before the first packet), muted, and
layers, smallest first: rid, packets, bytes, lost, jitter_ms, bitrate (bit/s), frames, key_frames, width and height
(pixels, 0 = unknown), nacks and plis (sent to the client).
Received, a track of somebody else: track, kind, layer (index into that track's layers, -1 = nothing), temporal, paused
(for want of bandwidth), packets, bytes, retransmitted, lost, fraction_lost (0..1), jitter_ms, round_trip_ms, bitrate,
nacks and plis (from the client). The figures are null before the client accepts the track.
"""

from collections.abc import Mapping

from sfu.incoming import IncomingTrack
from sfu.outgoing import OutgoingTrack
from sfu.plane.model import TransportStats

MILLISECONDS = 1000


def connection_report(stats: TransportStats | None) -> Mapping[str, object]:
    """A transport; all zero before it exists in the thread."""
    return {
        "packets_in": stats.packets_in if stats else 0,
        "bytes_in": stats.bytes_in if stats else 0,
        "packets_out": stats.packets_out if stats else 0,
        "bytes_out": stats.bytes_out if stats else 0,
        "round_trip_ms": stats.round_trip * MILLISECONDS if stats else 0.0,
        "remb": stats.remb if stats else 0,
    }


def sent_report(track: IncomingTrack) -> Mapping[str, object]:
    """A track as it arrives from its peer."""
    layers = zip(track.publication.layers, track.stats.layers, strict=False) if track.stats else ()
    return {
        "track": track.track,
        "kind": _kind(track),
        "mime_type": track.mime_type,
        "muted": track.muted,
        "layers": [
            {
                "rid": layer.rid,
                "packets": stats.packets,
                "bytes": stats.bytes,
                "lost": stats.lost,
                "jitter_ms": stats.jitter * MILLISECONDS,
                "bitrate": stats.bitrate,
                "frames": stats.frames,
                "key_frames": stats.key_frames,
                "width": stats.width,
                "height": stats.height,
                "nacks": stats.nacks_sent,
                "plis": stats.plis_sent,
            }
            for layer, stats in layers
        ],
    }


def received_report(track: OutgoingTrack) -> Mapping[str, object]:
    """A track as it goes out to its receiver."""
    stats = track.stats
    return {
        "track": track.source.track,
        "kind": _kind(track.source),
        "layer": track.layer,
        "paused": track.paused,
        "temporal": stats.temporal if stats else None,
        "packets": stats.packets if stats else None,
        "bytes": stats.bytes if stats else None,
        "retransmitted": stats.retransmitted if stats else None,
        "lost": stats.lost if stats else None,
        "fraction_lost": stats.fraction_lost if stats else None,
        "jitter_ms": stats.jitter * MILLISECONDS if stats else None,
        "round_trip_ms": stats.round_trip * MILLISECONDS if stats else None,
        "bitrate": stats.bitrate if stats else None,
        "nacks": stats.nacks_received if stats else None,
        "plis": stats.plis_received if stats else None,
    }


def _kind(track: IncomingTrack) -> str:
    return "audio" if track.audio else "video"
