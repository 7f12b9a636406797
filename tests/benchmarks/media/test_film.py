from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks.media.film import TONE, make
from benchmarks.media.model import Codec, Film, MediaError


def test_films_begin_with_a_key_frame_and_have_one_every_two_seconds(films: dict[Codec, Film]) -> None:
    for codec in (Codec.VP8, Codec.H264):
        film = films[codec]
        assert [index for index, frame in enumerate(film.frames) if frame.key] == [0, 50]
        assert (film.width, film.height, film.seconds) == (640, 360, 2.4)
        assert sorted(film.references) == [0, 10, 20, 30, 40, 50]
        assert all(reference.psnr > 30 for reference in film.references.values())


def test_h264_is_constrained_baseline(films: dict[Codec, Film]) -> None:
    parameters = films[Codec.H264].frames[0].data
    start = parameters.index(b"\0\0\0\1\x67") + 5
    assert parameters[start] == 66
    assert parameters[start + 1] & 0x40  # constraint_set1_flag


def test_the_tone_is_loud_and_long_enough(films: dict[Codec, Film]) -> None:
    film = films[Codec.OPUS]
    assert (len(film.frames), film.tone) == (120, TONE)
    assert all(10 < frame.level < 20 for frame in film.frames)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A second of a file as people have them: other sizes, rates and codecs than are needed."""
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=30)
        video.width, video.height, video.pix_fmt = 1280, 960, "yuv420p"
        audio = container.add_stream("aac", rate=44100)
        for number in range(30):
            image = np.full((960, 1280, 3), number * 8, np.uint8)
            image[:, number * 10 : number * 10 + 300] = (200, 30, 90)
            container.mux(video.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        wave = np.sin(np.arange(44032) / 20).astype(np.float32)
        for start in range(0, 44032, 1024):
            part = np.tile(wave[start : start + 1024], (audio.codec_context.channels, 1))
            sound = av.AudioFrame.from_ndarray(part, format="fltp", layout=audio.codec_context.layout.name)
            sound.sample_rate, sound.pts = 44100, start
            container.mux(audio.encode(sound))
        for stream in (video, audio):
            container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("codec", [Codec.VP8, Codec.H264])
def test_a_file_becomes_a_film_at_our_rate_and_size(clip: Path, codec: Codec) -> None:
    film = make(codec, clip, 10.0)
    assert (film.name, film.width, film.height) == ("clip.mkv", 480, 360)
    assert 24 <= len(film.frames) <= 26


def test_a_file_becomes_sound(clip: Path) -> None:
    film = make(Codec.OPUS, clip, 10.0)
    assert 47 <= len(film.frames) <= 51
    assert film.tone == 0.0
    assert min(frame.level for frame in film.frames) < 20


def test_a_film_is_no_longer_than_asked(clip: Path) -> None:
    assert make(Codec.VP8, clip, 0.4).seconds == pytest.approx(0.4)
    assert make(Codec.OPUS, clip, 0.4).seconds == pytest.approx(0.4)


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no film")
    for codec in Codec:
        with pytest.raises(MediaError, match=r"notes\.txt"):
            make(codec, text, 1.0)
        with pytest.raises(MediaError, match="missing"):
            make(codec, tmp_path / "missing.mp4", 1.0)


def test_a_file_without_pictures_says_so(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        audio = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
        sound.sample_rate = 8000
        container.mux(audio.encode(sound))
    with pytest.raises(MediaError, match=r"sound\.wav has no video"):
        make(Codec.VP8, path, 1.0)
    assert {frame.level for frame in make(Codec.OPUS, path, 1.0).frames} == {127}
