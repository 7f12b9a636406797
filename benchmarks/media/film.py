"""Films to publish: files, or a test picture and a tone, encoded once before a run. PyAV does the work; no clock.

Every picture gets its index as a bar code; some pictures are kept unencoded, so that what arrives can be compared.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.filter import Graph
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from benchmarks.media import payload, picture
from benchmarks.media.decode import array, decode, video_decoder
from benchmarks.media.model import (
    AUDIO_CLOCK,
    AUDIO_STEP,
    FPS,
    Codec,
    Film,
    Frame,
    Luma,
    MediaError,
    NoTrackError,
    Reference,
)

LONGEST = 20.0  # seconds of a film; longer runs play it again
WIDTH, HEIGHT = 640, 360  # pixels of the test picture, and the frame into which files are scaled
VIDEO_RATE, AUDIO_RATE = 800_000, 64_000  # bit/s
KEY_EVERY = 2 * FPS  # frames: also the longest wait for a picture after a loss
COMPARED = 10  # one picture in so many is kept to compare
TONE = 440.0  # Hz
LOUDNESS = 0.25  # of full scale
SILENCE = 127  # -dBov, RFC 6464 section 3

Pcm = NDArray[np.int16]
"""Samples x 2 channels at 48 kHz."""

ENCODERS = {Codec.VP8: "libvpx", Codec.H264: "libx264", Codec.OPUS: "libopus"}
SETTINGS = {
    Codec.VP8: {"deadline": "realtime", "cpu-used": "4", "lag-in-frames": "0", "auto-alt-ref": "0"},
    # Baseline as x264 writes it is constrained baseline, what every browser decodes: RFC 7742 section 6.2.
    Codec.H264: {"preset": "veryfast", "tune": "zerolatency", "profile": "baseline", "sc_threshold": "0"},
    Codec.OPUS: {"application": "audio", "frame_duration": "20"},
}


def make(codec: Codec, file: Path | None, seconds: float) -> Film:
    """A film of at most `seconds` and `LONGEST`, out of a file or of what `make` invents. Raises MediaError."""
    seconds = min(seconds, LONGEST)
    name = file.name if file else "test picture" if codec is not Codec.OPUS else "test tone"
    if codec is Codec.OPUS:
        pcm = _sound(file, seconds) if file else _tone(seconds)
        frames = tuple(_encode_sound(pcm))
        return _whole(Film(name, codec, frames, tone=0.0 if file else TONE))
    pictures = _pictures(file) if file else _invented()
    return _whole(_video(name, codec, itertools.islice(pictures, round(seconds * FPS))))


def camera(width: int, height: int, rate: int, seconds: float) -> Film:
    """What a camera sends as one of its encodings: VP8 at `rate` bit/s. Nothing is kept to compare."""
    encoder = _video_encoder(Codec.VP8, width, height, rate)
    frames: list[Frame] = []
    for index in range(round(seconds * FPS)):
        frame = av.VideoFrame.from_ndarray(picture.moving_picture(index, width, height), format="yuv420p")
        frame.pts = index
        frames += (_frame(Codec.VP8, bytes(packet)) for packet in encoder.encode(frame))
    return Film("camera", Codec.VP8, tuple(frames), width, height)


def _whole(film: Film) -> Film:
    if not film.frames:
        raise NoTrackError(f"{film.name} has no {film.codec.kind.name.lower()}")
    return film


def _invented() -> Iterator[Luma]:
    return (picture.moving_picture(number, WIDTH, HEIGHT) for number in itertools.count())


def _pictures(file: Path) -> Iterator[Luma]:
    """The pictures of a file at our rate, scaled into our frame, never up, with even sides."""
    try:
        with av.open(str(file)) as container:
            stream = next(iter(container.streams.video), None)
            if stream is None:
                return
            scale = min(1.0, WIDTH / stream.width, HEIGHT / stream.height)
            width, height = (max(2, int(side * scale) & ~1) for side in (stream.width, stream.height))
            if width < picture.SMALLEST[0] or height < picture.SMALLEST[1]:
                raise MediaError(
                    f"{file.name}: pictures of {stream.width}x{stream.height} have no room for the bar code"
                )
            graph = Graph()
            chain = [graph.add_buffer(template=stream), graph.add("fps", f"fps={FPS}")]
            chain += [graph.add("scale", f"{width}:{height}"), graph.add("format", "pix_fmts=yuv420p")]
            graph.link_nodes(*chain, graph.add("buffersink")).configure()
            for frame in itertools.chain(container.decode(stream), (None,)):
                graph.push(frame)
                yield from _pulled(graph)
    except (av.FFmpegError, OSError) as error:
        raise MediaError(f"{file.name}: {error}") from error


def _pulled(graph: Graph) -> Iterator[Luma]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        yield array(cast(av.VideoFrame, frame))


def _video(name: str, codec: Codec, pictures: Iterator[Luma]) -> Film:
    frames: list[Frame] = []
    kept: dict[int, Luma] = {}
    encoder: VideoCodecContext | None = None
    width = height = 0
    for index, image in enumerate(pictures):
        picture.mark(image, index)
        if encoder is None:
            height, width = image.shape[0] * 2 // 3, image.shape[1]
            encoder = _video_encoder(codec, width, height)
        if index % COMPARED == 0:
            kept[index] = picture.luma_of(image).copy()
        frame = av.VideoFrame.from_ndarray(image, format="yuv420p")
        frame.pts = index
        frames += (_frame(codec, bytes(packet)) for packet in encoder.encode(frame))
    if encoder is not None:
        frames += (_frame(codec, bytes(packet)) for packet in encoder.encode(None))
    return Film(name, codec, tuple(frames), width, height, _references(name, codec, frames, kept))


def _video_encoder(codec: Codec, width: int, height: int, rate: int = VIDEO_RATE) -> VideoCodecContext:
    encoder = cast(VideoCodecContext, av.CodecContext.create(ENCODERS[codec], "w"))
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.framerate, encoder.time_base = Fraction(FPS), Fraction(1, FPS)
    encoder.bit_rate, encoder.gop_size, encoder.thread_count = rate, KEY_EVERY, 1
    encoder.options = SETTINGS[codec]
    return encoder


def _frame(codec: Codec, data: bytes, level: int = SILENCE) -> Frame:
    data = payload.plain(codec, data)
    return Frame(data, payload.split(codec, data), payload.is_key(codec, data), level)


def _references(name: str, codec: Codec, frames: Sequence[Frame], kept: dict[int, Luma]) -> dict[int, Reference]:
    """What a receiver that loses nothing will see. Raises MediaError when even that cannot be checked."""
    decoder, found = video_decoder(codec), {}
    for index, frame in enumerate(frames):
        luma = decode(decoder, frame.data)
        if luma is None or picture.number_of(luma) != index:
            raise MediaError(f"{name}: the bar code of picture {index} did not survive {codec} at {VIDEO_RATE} bit/s")
        if index in kept:
            found[index] = Reference(kept[index], picture.psnr(kept[index], luma))
    return found


def _tone(seconds: float) -> Pcm:
    time = np.arange(int(seconds * AUDIO_CLOCK)) / AUDIO_CLOCK
    wave = (LOUDNESS * 32767 * np.sin(2 * math.pi * TONE * time)).astype(np.int16)
    return np.stack([wave, wave], axis=1)


def _sound(file: Path, seconds: float) -> Pcm:
    """The sound of a file as 48 kHz stereo."""
    parts, wanted = [np.zeros((0, 2), np.int16)], int(seconds * AUDIO_CLOCK)
    resampler = av.AudioResampler("s16", "stereo", AUDIO_CLOCK)
    try:
        with av.open(str(file)) as container:
            stream = next(iter(container.streams.audio), None)
            for frame in container.decode(stream) if stream else ():
                parts += (cast(Pcm, part.to_ndarray()).reshape(-1, 2) for part in resampler.resample(frame))
                wanted -= frame.samples * AUDIO_CLOCK // frame.sample_rate
                if wanted <= 0:
                    break
    except (av.FFmpegError, OSError) as error:
        raise MediaError(f"{file.name}: {error}") from error
    return np.concatenate(parts)[: int(seconds * AUDIO_CLOCK)]


def _encode_sound(pcm: Pcm) -> Iterator[Frame]:
    encoder = cast(AudioCodecContext, av.CodecContext.create(ENCODERS[Codec.OPUS], "w"))
    encoder.sample_rate, encoder.layout, encoder.format = AUDIO_CLOCK, "stereo", av.AudioFormat("s16")
    encoder.time_base, encoder.bit_rate = Fraction(1, AUDIO_CLOCK), AUDIO_RATE
    encoder.options = SETTINGS[Codec.OPUS]
    for start in range(0, len(pcm) - AUDIO_STEP + 1, AUDIO_STEP):
        part = pcm[start : start + AUDIO_STEP]
        frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.pts = AUDIO_CLOCK, start
        for packet in encoder.encode(frame):
            yield _frame(Codec.OPUS, bytes(packet), _level(part))


def _level(part: Pcm) -> int:
    """RFC 6464 section 3."""
    power = float(np.mean((part / 32768.0) ** 2))
    return min(SILENCE, max(0, round(-10 * math.log10(power)))) if power else SILENCE
