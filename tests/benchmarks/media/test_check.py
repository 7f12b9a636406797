import numpy as np
import pytest

from benchmarks.media.assemble import Captured
from benchmarks.media.check import Verdict, check, decodable, loudest
from benchmarks.media.model import Codec, Film
from tests.benchmarks.media.wires import play, received

PICTURES = [Codec.VP8, Codec.H264]


def judged(film: Film, captured: list[Captured], seconds: float = 4.0) -> Verdict:
    playback, _ = play(film, seconds)
    return check("p1", received(film, captured), film, playback.sent)


@pytest.mark.parametrize("codec", list(Codec))
def test_a_film_that_arrives_whole_has_no_problem(codec: Codec, films: dict[Codec, Film]) -> None:
    _, captured = play(films[codec], 4.0)
    verdict = judged(films[codec], captured)
    assert verdict.problems == ()
    assert verdict.due == verdict.decoded == (200 if codec is Codec.OPUS else 100)
    assert verdict.first == pytest.approx(0.004, abs=0.021)
    assert (verdict.freezes, verdict.worse) == (0, 0.0)


def test_a_late_receiver_begins_at_a_key_frame(films: dict[Codec, Film]) -> None:
    _, captured = play(films[Codec.VP8], 4.0)
    verdict = judged(films[Codec.VP8], [each for each in captured if each[0] > 101.0])
    assert verdict.problems == ()
    assert (verdict.due, verdict.decoded, verdict.undecodable) == (50, 50, 25)
    assert verdict.first == pytest.approx(2.0, abs=0.03)


@pytest.mark.parametrize("codec", PICTURES)
def test_a_corrupted_picture_is_found(codec: Codec, films: dict[Codec, Film]) -> None:
    _, captured = play(films[codec], 4.0)
    broken = next(number for number, (_, packet) in enumerate(captured) if number > 30 and len(packet) > 700)
    at, packet = captured[broken]
    captured[broken] = (at, packet[:300] + bytes(byte ^ 0x5A for byte in packet[300:600]) + packet[600:])
    verdict = judged(films[codec], captured)
    assert verdict.altered + verdict.errors == 1
    assert any("altered" in problem or "did not decode" in problem for problem in verdict.problems)


@pytest.mark.parametrize("codec", PICTURES)
def test_another_film_is_not_taken_for_this_one(codec: Codec, films: dict[Codec, Film]) -> None:
    """All pictures shown again two seconds later: each decodes, none is due."""
    film = films[codec]
    playback, captured = play(film, 2.0)
    again = [
        (at + 2.0, packet[:2] + (int.from_bytes(packet[2:4]) + 9999).to_bytes(2) + packet[4:])
        for at, packet in captured
    ]
    verdict = check("p1", received(film, [*captured, *again]), film, playback.sent)
    assert verdict.wrong == 50
    assert verdict.errors == 0


def test_a_lost_packet_costs_pictures_until_the_next_key_frame(films: dict[Codec, Film]) -> None:
    film = films[Codec.VP8]
    _, captured = play(film, 4.0)
    del captured[20]
    verdict = judged(film, captured)
    assert (verdict.lost, verdict.errors, verdict.altered, verdict.wrong) == (1, 0, 0, 0)
    assert verdict.undecodable > 10
    assert verdict.freezes == 1
    assert verdict.problems == (f"{100 - verdict.decoded} of 100 frames were never shown",)


def test_a_worse_picture_is_found(films: dict[Codec, Film]) -> None:
    film, other = films[Codec.VP8], films[Codec.H264]
    _, captured = play(film, 1.0)
    better = {index: type(reference)(reference.luma, 60.0) for index, reference in other.references.items()}
    strict = Film(film.name, film.codec, film.frames, film.width, film.height, better)
    assert "dB worse" in judged(strict, captured, 1.0).problems[0]


def test_sound_out_of_tune_and_missing_sound_are_found(films: dict[Codec, Film]) -> None:
    film = films[Codec.OPUS]
    _, captured = play(film, 4.0)
    verdict = judged(film, captured)
    assert verdict.heard == pytest.approx(4.0)
    assert verdict.tone == pytest.approx(440.0, abs=1.0)
    higher = Film(film.name, film.codec, film.frames, tone=880.0)
    assert "wrong" in judged(higher, captured).problems[0]
    assert judged(film, captured[:50] + captured[70:]).freezes == 1
    assert "never shown" in judged(film, captured[:50] + captured[70:]).problems[0]


def test_nothing_is_a_problem(films: dict[Codec, Film]) -> None:
    playback, _ = play(films[Codec.VP8], 1.0)
    assert check("p1", None, films[Codec.VP8], playback.sent).problems == ("nothing was decoded",)


def test_after_a_gap_only_key_frames_start_again(films: dict[Codec, Film]) -> None:
    film = films[Codec.H264]
    _, captured = play(film, 4.0)
    frames = received(film, captured[5:]).frames
    shown = list(decodable(frames))
    assert shown[0].key
    assert len(shown) < len(frames)


def test_too_short_a_sound_has_no_tone() -> None:
    assert loudest(np.zeros(100)) == 0.0
