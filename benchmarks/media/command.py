"""`zvonok bench media`: publish real VP8, H.264 and Opus, and see whether what arrives decodes to what was sent."""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.command import target
from benchmarks.command.display import Display
from benchmarks.command.stop import UsageError, finished
from benchmarks.load.client import ConnectError
from benchmarks.media import film, tables
from benchmarks.media.model import Codec, Film, MediaError, NoTrackError
from benchmarks.media.run import DRAIN, Showing, plan_of, show
from benchmarks.peers.peer import Entrant, PeerError
from benchmarks.report import publish
from benchmarks.rooms import guard

RECEIVERS, CHECKED, SECONDS = 10, 4, 10.0
MOST_RECEIVERS, LONGEST = 500, 3600.0
PREPARING = 0.4  # seconds of encoding for a second of film, about
ENTERING = 0.1  # seconds for a participant, about
EXAMPLES = """examples:
  zvonok bench media                             a test picture and a tone with every codec, 10 receivers
  zvonok bench media lesson.mp4 --codec h264     a film of your own, one codec
  zvonok bench media --receivers 2 --url wss://call.school.example --key KEY"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    group = parser.add_argument_group("the film")
    group.add_argument("files", nargs="*", type=Path, metavar="FILE", help="films to publish instead of a test picture")
    group.add_argument(
        "--codec",
        action="append",
        choices=[codec.value for codec in Codec],
        help="may be repeated (default: all); Opus goes along with each of the others",
    )
    group.add_argument(
        "--receivers", type=int, default=RECEIVERS, metavar="N", help=f"who take it (default: {RECEIVERS})"
    )
    group.add_argument(
        "--check", type=int, default=CHECKED, metavar="N", help=f"receivers that decode it (default: {CHECKED})"
    )
    group.add_argument(
        "--seconds", type=float, default=SECONDS, metavar="S", help=f"of each showing (default: {SECONDS:g})"
    )
    target.add_arguments(parser)
    parser.add_argument("--yes", action="store_true", help="load somebody else's server beyond a gentle size")


def run(options: argparse.Namespace, console: Console) -> int:
    """0 when everything that arrived decodes to what was sent."""
    _checked(options)
    entrant = target.chosen(options)
    programmes = _programmes(options)
    showings: list[Showing] = []
    problems: list[str] = []
    planned = [options.seconds + DRAIN + ENTERING * options.receivers for _ in programmes]
    planned = [seconds for one in planned for seconds in (PREPARING * min(options.seconds, film.LONGEST), one)]
    with Display(console, planned) as display:

        async def work() -> None:
            for file, codecs in programmes:
                try:
                    await _shown(entrant, file, codecs, options, showings, display)
                except (MediaError, PeerError, ConnectError) as error:
                    problems.append(str(error))
                    display.note(str(error))

        complete = finished(work())
    if not showings:
        console.print("nothing was measured")
        return 1
    publish(tables.report(entrant, showings, remote=target.is_remote(options)), console, hidden=target.hidden(options))
    whole = complete and not problems and not any(showing.problems for showing in showings)
    return 0 if whole else 1


def _checked(options: argparse.Namespace) -> None:
    if not 1 <= options.receivers <= MOST_RECEIVERS:
        raise UsageError(f"--receivers must be from 1 to {MOST_RECEIVERS}")
    if options.check < 1:
        raise UsageError("--check must be at least 1")
    if not 1 <= options.seconds <= LONGEST:
        raise UsageError(f"--seconds must be from 1 to {LONGEST:g}")
    for file in options.files:
        if not file.is_file():
            raise UsageError(f"there is no file {file}")


def _programmes(options: argparse.Namespace) -> list[tuple[Path | None, tuple[Codec, ...]]]:
    """What is shown one after the other: each file with each video codec and, with it, sound."""
    wanted = [codec for codec in Codec if not options.codec or codec.value in options.codec]
    sound = tuple(codec for codec in wanted if codec is Codec.OPUS)
    together = [(codec, *sound) for codec in wanted if codec is not Codec.OPUS] or [sound]
    return [(file, codecs) for file in options.files or [None] for codecs in together]


async def _shown(
    entrant: Entrant,
    file: Path | None,
    codecs: Sequence[Codec],
    options: argparse.Namespace,
    showings: list[Showing],
    display: Display,
) -> None:
    name, words = file.name if file else "test picture", " and ".join(codecs)
    display.step(f"{name}: encoding to {words}", PREPARING * min(options.seconds, film.LONGEST))
    films = await asyncio.to_thread(_films, file, codecs, options.seconds)
    if target.is_remote(options) and not options.yes and (warned := guard.warning(plan_of(films, options.receivers))):
        raise UsageError(f"{warned} Say --yes if that is meant.")
    display.step(f"{entrant.name}: {name}, {words}", options.seconds + DRAIN + ENTERING * options.receivers)
    showing = await show(
        entrant,
        films,
        receivers=options.receivers,
        checked=min(options.check, options.receivers),
        seconds=options.seconds,
    )
    showings.append(showing)
    for problem in showing.problems:
        display.note(problem)
    if not showing.problems:
        display.say(f"    {sum(one.decoded for one in showing.verdicts)} frames decoded, all as they were sent")


def _films(file: Path | None, codecs: Sequence[Codec], seconds: float) -> list[Film]:
    """One for each codec for which the file has a track. Raises MediaError."""
    films, lacking = [], []
    for codec in codecs:
        try:
            films.append(film.make(codec, file, seconds))
        except NoTrackError as error:
            lacking.append(error)
    if not films:
        raise lacking[0]
    return films
