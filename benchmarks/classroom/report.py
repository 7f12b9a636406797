"""The report of a class with breakout rooms. Pure."""

from collections.abc import Iterable

from benchmarks.classroom.course import Findings, Plan
from benchmarks.classroom.outcome import Step
from benchmarks.figures import percentile_of
from benchmarks.report import Range, Ranges, Report, Section, Table
from benchmarks.rooms.traffic import TILE, VOICE

SAID = 5  # of the lost in a step; the raw figures have all
METHOD = (
    "Participants enter a call by the journal's tickets and the call's door, and steer it by the call's own socket, as "
    "pages do, and try again when they fail. Moved ones keep their connections (RoomMoved).",
    f"Everybody sends a camera of {TILE.bits_per_second() // 1000} kbit/s; pupils also a voice of "
    f"{VOICE.bits_per_second() // 1000} kbit/s in their rooms, muted elsewhere, the teacher in the "
    "main room. Everybody takes all voices and the first 9 cameras of their room.",
    "Time from the teacher's request (after a restart: from the server's readiness) until a person is told of it, "
    "has the first packet of a voice there, and has a voice and a picture there. Only new streams "
    "count.",
    "CPU is the process's own, user and system, until the last one had everything. The load client shares the machine.",
)


def report(plan: Plan, findings: Findings, *, name: str, version: str) -> Report:
    """Tables of what was measured. Raises ValueError when nothing was."""
    rows = tuple(map(_row, findings.steps))
    marks = ("p50", "p95", "longest")
    ranges = tuple(Range(f"{step.name} ({number})", _ranges(step)) for number, step in enumerate(findings.steps, 1))
    headers = (
        "step",
        "people",
        "lost",
        "retries",
        "told p50 ms",
        "voice p50 ms",
        "media p50 ms",
        "p95 ms",
        "longest ms",
    )
    return Report(
        name="classroom",
        title=f"{plan.people} pupils in {plan.rooms} breakout rooms: {name}",
        method=METHOD,
        sections=(
            Section(
                "Until everybody has media in their room",
                Table((*headers, "server CPU s", "its event loop s", "client CPU s"), rows),
                Ranges("ms", marks, ranges),
                notes=_notes(findings),
            ),
        ),
        raw={"plan": plan, "findings": findings},
        caveats=tuple(f"{step.name}: {words}" for step in findings.steps for words in step.lost[:SAID]),
        versions=((name, version),) if version else (),
    )


def _row(step: Step) -> tuple[str, ...]:
    told = [one.moved for one in step.arrivals]
    voice = [one.sound for one in step.arrivals]
    whole = _ranges(step)
    times = (_of(told, 0.5), _of(voice, 0.5), *whole)
    shown = tuple("" if each is None else f"{each:.0f}" for each in times)
    return (
        step.name,
        str(len(step.arrivals)),
        str(len(step.lost)),
        str(step.retries),
        *shown,
        f"{step.server_cpu:.2f}",
        f"{step.loop_cpu:.2f}",
        f"{step.client_cpu:.2f}",
    )


def _ranges(step: Step) -> tuple[float | None, ...]:
    """Milliseconds until everything was there: p50, p95, longest."""
    whole = [one.whole for one in step.arrivals]
    return tuple(_of(whole, share) for share in (0.5, 0.95, 1.0))


def _of(seconds: Iterable[float | None], share: float) -> float | None:
    known = [one for one in seconds if one is not None]
    return percentile_of(known, share) * 1e3 if known else None


def _notes(findings: Findings) -> tuple[str, ...]:
    match findings.same_rooms:
        case None:
            return ()
        case True:
            return ("After the restart everybody was in the same room as before.",)
        case False:
            return ("After the restart somebody was in another room than before.",)
