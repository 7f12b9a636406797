"""Does what arrived decode to what was sent? Arrived frames, the film and the log of its sending in; a verdict out.

Pictures are found again by the number in them, so the verdict does not trust the server's sequence numbers or times.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import av
import numpy as np

from benchmarks.media import payload, picture
from benchmarks.media.assemble import Arrived, Stream
from benchmarks.media.decode import audio_decoder, decode, video_decoder
from benchmarks.media.model import AUDIO_CLOCK, Codec, Film, Sent

FREEZE = 0.2  # seconds without a new picture or sound: people see and hear that
LOSS_ALLOWED = 0.01  # of the frames may never become whole before it is called a problem
WORSE_ALLOWED = 1.0  # dB below what a decoder makes of the film itself
OFF_TUNE = 3.0  # Hz


@dataclass(frozen=True, slots=True)
class Verdict:
    """One track at one receiver."""

    receiver: str
    codec: Codec
    first: float | None
    """Seconds from the first packet sent to the first frame decoded; None: there was none."""
    due: int
    """Frames sent from that first one on."""
    decoded: int
    undecodable: int
    """Arrived, but behind a lost packet and so not shown until the next key frame."""
    errors: int
    """The decoder refused them."""
    altered: int
    """Frames that are not byte for byte what was sent."""
    wrong: int
    """Pictures without a readable number, or whose number is not due: old, twice, out of order; sound out of tune."""
    lost: int
    """Packets."""
    freezes: int
    """Times that nothing new came for FREEZE seconds."""
    longest_gap: float
    """Seconds between two frames."""
    psnr: float = 0.0
    """dB, median of the compared pictures."""
    worse: float = 0.0
    """dB: by how much at most a picture is worse than the film's own."""
    heard: float = 0.0
    """Seconds of decoded sound."""
    tone: float = 0.0
    """Hz of the loudest in it."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, in words; a freeze alone is told, not judged."""
        if not self.decoded:
            return ("nothing was decoded",)
        missing = self.due - self.decoded - self.errors
        told = (
            (self.errors, f"{self.errors} frames did not decode"),
            (self.altered, f"{self.altered} frames were altered"),
            (self.wrong, f"{self.wrong} frames were wrong or out of order"),
            (missing > self.due * LOSS_ALLOWED, f"{missing} of {self.due} frames were never shown"),
            (self.worse > WORSE_ALLOWED, f"a picture was {self.worse:.1f} dB worse than when it was sent"),
        )
        return tuple(words for holds, words in told if holds)


def check(receiver: str, stream: Stream | None, film: Film, sent: Sequence[Sent]) -> Verdict:
    """Judge one track. `sent`: all its frames in order; the last packet must have had time to arrive."""
    if stream is None or not stream.frames or not sent:
        return Verdict(receiver, film.codec, None, len(sent), 0, 0, 0, 0, 0, 0, 0, 0.0)
    judge = _check_sound if film.codec is Codec.OPUS else _check_video
    return judge(receiver, stream, film, sent)


def _check_video(receiver: str, stream: Stream, film: Film, sent: Sequence[Sent]) -> Verdict:
    shown = list(decodable(stream.frames))
    finder = _Finder(film, sent)
    decoder = video_decoder(film.codec)
    errors = altered = 0
    decoded: list[float] = []
    likeness: list[tuple[float, float]] = []
    for frame in shown:
        image = decode(decoder, frame.data)
        if image is None:
            errors += 1
            continue
        decoded.append(max(frame.arrival, decoded[-1]) if decoded else frame.arrival)
        index = finder.find(picture.number_of(image), frame.arrival)
        if index is None:
            continue
        altered += payload.plain(film.codec, frame.data) != film.frames[index].data
        if (reference := film.references.get(index)) is not None:
            likeness.append((picture.psnr(reference.luma, image), reference.psnr))
    return Verdict(
        receiver,
        film.codec,
        first=decoded[0] - sent[0].at if decoded else None,
        due=finder.due,
        decoded=len(decoded),
        undecodable=len(stream.frames) - len(shown),
        errors=errors,
        altered=altered,
        wrong=finder.wrong,
        lost=stream.lost,
        freezes=freezes(decoded),
        longest_gap=_longest_gap(decoded),
        psnr=median(seen for seen, _ in likeness) if likeness else 0.0,
        worse=max((before - seen for seen, before in likeness), default=0.0),
    )


def decodable(frames: Sequence[Arrived]) -> Iterator[Arrived]:
    """Without those between a gap and the next key frame."""
    going = False
    for frame in frames:
        going = frame.key or (going and frame.chained)
        if going:
            yield frame


class _Finder:
    """Finds each picture in the log: it must come after the one before, and have been sent before it arrived."""

    def __init__(self, film: Film, sent: Sequence[Sent]) -> None:
        self._film, self._sent = film, sent
        self._times = [each.at for each in sent]
        self._first: int | None = None
        self._next = 0
        self.wrong = 0

    @property
    def due(self) -> int:
        """Frames sent from the first that was found on, or all."""
        return len(self._sent) - (self._first or 0)

    def find(self, number: int | None, arrival: float) -> int | None:
        """The film's index of the picture; None when it cannot be one that is due."""
        begin, end = self._next, bisect_right(self._times, arrival)
        places = (place for place in range(begin, end) if self._sent[place].index == number)
        # The first may be any: the latest of its number is right, because a film is longer than a delay.
        place = max(places, default=None) if self._first is None else next(places, None)
        if place is None:
            self.wrong += 1
            return None
        if self._first is None:
            self._first = place
        self._next = place + 1
        return self._sent[place].index


def _check_sound(receiver: str, stream: Stream, film: Film, sent: Sequence[Sent]) -> Verdict:
    decoder, known = audio_decoder(), {frame.data for frame in film.frames}
    errors = altered = 0
    arrivals: list[float] = []
    sound: list[np.ndarray] = []
    for frame in stream.frames:
        altered += frame.data not in known
        try:
            sound += [
                part.to_ndarray().astype(np.float64).ravel()[::2] for part in decoder.decode(av.Packet(frame.data))
            ]
        except av.FFmpegError:
            errors += 1
        else:
            arrivals.append(frame.arrival)
    samples = np.concatenate(sound) if sound else np.zeros(0)
    tone = loudest(samples)
    return Verdict(
        receiver,
        film.codec,
        first=arrivals[0] - sent[0].at if arrivals else None,
        due=len(sent) - _first_place(stream.frames[0], film, sent),
        decoded=len(arrivals),
        undecodable=0,
        errors=errors,
        altered=altered,
        wrong=len(arrivals) if film.tone and abs(tone - film.tone) > OFF_TUNE else 0,
        lost=stream.lost,
        freezes=freezes(arrivals),
        longest_gap=_longest_gap(arrivals),
        heard=len(samples) / AUDIO_CLOCK,
        tone=tone,
    )


def _first_place(first: Arrived, film: Film, sent: Sequence[Sent]) -> int:
    """Where in the log the first sound that arrived is: the latest that is the same."""
    places = range(bisect_right(sent, first.arrival, key=lambda each: each.at))
    return max((place for place in places if film.frames[sent[place].index].data == first.data), default=0)


def loudest(samples: np.ndarray) -> float:
    """Hz of the loudest tone; 0.0 for less than a tenth of a second."""
    if len(samples) < AUDIO_CLOCK / 10:
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * AUDIO_CLOCK / len(samples)


def freezes(arrivals: Sequence[float]) -> int:
    """How often nothing came for longer than FREEZE."""
    return sum(after - before > FREEZE for before, after in pairwise(arrivals))


def _longest_gap(arrivals: Sequence[float]) -> float:
    return max((after - before for before, after in pairwise(arrivals)), default=0.0)
