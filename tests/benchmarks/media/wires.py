"""Films played in virtual time, and what a receiver would have captured of them."""

from benchmarks.load.model import SourceFormat
from benchmarks.media.assemble import Captured, Stream, streams
from benchmarks.media.model import Film
from benchmarks.media.playback import Playback

FORM = SourceFormat(ssrc=0x1234, payload_type=96, mid="1", mid_extension=3, level_extension=1)
DELAY = 0.004  # seconds


def play(film: Film, seconds: float, refresh_at: float | None = None) -> tuple[Playback, list[Captured]]:
    """Everything that is sent in so much time, and when it arrives."""
    playback, captured = Playback(film, FORM, 100.0), []
    while (now := playback.deadline()) < 100.0 + seconds - 1e-9:
        if refresh_at is not None and now >= 100.0 + refresh_at:
            playback.refresh()
            refresh_at = None
        captured += [(now + DELAY, packet) for packet in playback.poll(now)]
    return playback, captured


def received(film: Film, captured: list[Captured]) -> Stream:
    (stream,) = streams(captured, {96: film.codec.value}, {97: 96}).values()
    return stream
