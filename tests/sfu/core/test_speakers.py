"""Speaking is reported when it changes."""

import pytest

from sfu.core.speakers import Loudness, Speakers

LOUD = Loudness(level=15, active_ms=380)
LOUDER = Loudness(level=10, active_ms=380)
SILENT = Loudness(level=127, active_ms=0)
COUGH = Loudness(level=5, active_ms=80)


def test_a_speaker_is_reported_while_the_level_rises_and_then_only_on_change() -> None:
    speakers = Speakers()
    levels = [speakers.observe({"TR_a": LOUD}) for _ in range(8)]
    assert 0 < levels[0]["TR_a"] < levels[1]["TR_a"] < 1
    assert levels[-1] == {}
    assert levels[0]["TR_a"] == pytest.approx(10 ** (-15 / 20) * 2 / 3)


def test_a_cough_is_no_speech() -> None:
    speakers = Speakers()
    assert speakers.observe({"TR_a": COUGH}) == {}


def test_stopping_is_reported_once_as_zero() -> None:
    speakers = Speakers()
    speakers.observe({"TR_a": LOUD})
    reports = [speakers.observe({"TR_a": SILENT}) for _ in range(6)]
    assert sum(report.get("TR_a") == 0.0 for report in reports) == 1
    assert reports[-1] == {}


def test_a_short_pause_between_words_keeps_the_speaker() -> None:
    speakers = Speakers()
    for _ in range(3):
        speakers.observe({"TR_a": LOUDER})
    assert speakers.observe({"TR_a": SILENT}).get("TR_a", 1.0) > 0.0


def test_the_loudest_comes_first() -> None:
    speakers = Speakers()
    assert list(speakers.observe({"TR_a": LOUD, "TR_b": LOUDER, "TR_c": SILENT})) == ["TR_b", "TR_a"]


def test_a_track_that_went_away_or_was_muted_stops() -> None:
    speakers = Speakers()
    speakers.observe({"TR_a": LOUD, "TR_b": LOUD})
    assert speakers.observe({"TR_b": LOUD})["TR_a"] == 0.0
