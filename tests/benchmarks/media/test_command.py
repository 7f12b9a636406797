import argparse
import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.command.stop import UsageError
from benchmarks.load.client import ConnectError
from benchmarks.media import command, move, sdk
from benchmarks.media.check import Verdict
from benchmarks.media.model import Codec, Film
from benchmarks.media.run import Showing
from benchmarks.peers.peer import Entrant


def asked(module: object, *words: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)  # type: ignore[attr-defined]
    out = io.StringIO()
    code: int = module.run(parser.parse_args(words), Console(file=out, width=200))  # type: ignore[attr-defined]
    return code, out.getvalue()


class Screen:
    """Stands for servers: remembers what was shown and says how it looked."""

    def __init__(self) -> None:
        self.shown: list[tuple[tuple[str, Codec], ...]] = []
        self.flaw = 0

    async def show(
        self, entrant: Entrant, films: list[Film], *, receivers: int, checked: int, seconds: float
    ) -> Showing:
        names = tuple((film.name, film.codec) for film in films)
        self.shown.append(names)
        if self.flaw < 0:
            raise ConnectError("nobody answers")
        verdicts = tuple(
            Verdict(f"viewer-{number}", film.codec, 0.1, 50, 50, 0, 0, self.flaw, 0, 0, 0, 0.05)
            for number in range(checked)
            for film in films
        )
        return Showing(entrant.name, names, receivers, seconds, verdicts, 1, 0.001, 0.1, 0.2)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, films: dict[Codec, Film]) -> Screen:
    screen = Screen()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "show", screen.show)
    monkeypatch.setattr(
        command.film, "make", lambda codec, file, seconds: replace(films[codec], name=file.name if file else "test")
    )
    return screen


def test_every_codec_is_shown_with_sound(screen: Screen, tmp_path: Path) -> None:
    code, text = asked(command, "--seconds", "1")
    assert code == 0
    assert [[codec.value for _, codec in names] for names in screen.shown] == [["vp8", "opus"], ["h264", "opus"]]
    assert "Everything that was due decodes" in text
    assert len(list(tmp_path.glob("reports/media-*"))) == 3


def test_one_codec_of_each_file(screen: Screen, tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).touch()
    assert asked(command, "--codec", "h264", "--seconds", "1", "a.mp4", "b.mp4")[0] == 0
    assert screen.shown == [(("a.mp4", Codec.H264),), (("b.mp4", Codec.H264),)]


def test_sound_alone(screen: Screen) -> None:
    assert asked(command, "--codec", "opus", "--seconds", "1")[0] == 0
    assert screen.shown == [(("test", Codec.OPUS),)]


def test_what_does_not_decode_is_a_failure(screen: Screen) -> None:
    screen.flaw = 3
    code, text = asked(command, "--seconds", "1", "--check", "1")
    assert code == 1
    assert "viewer-0, vp8: 3 frames were altered" in text


def test_a_server_that_does_not_answer_is_a_failure_in_words(screen: Screen) -> None:
    screen.flaw = -1
    code, text = asked(command, "--seconds", "1")
    assert code == 1
    assert "nobody answers" in text
    assert "nothing was measured" in text


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (command, ["--receivers", "0"]),
        (command, ["--check", "0"]),
        (command, ["--seconds", "0"]),
        (command, ["missing.mp4"]),
        (sdk, ["--participants", "1"]),
        (sdk, ["--participants", "100000"]),
        (sdk, ["--seconds", "nan"]),
        (move, ["--moves", "0"]),
    ],
)
def test_flags_that_make_no_sense_are_refused(module: object, words: list[str]) -> None:
    with pytest.raises(UsageError):
        asked(module, *words)
