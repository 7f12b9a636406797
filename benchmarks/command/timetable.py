"""How far a command with several runs is and how long it will take. Pure: moments in, shares and seconds out."""

from collections.abc import Sequence

from benchmarks.rooms.progress import Phase

START = 1.5  # seconds, a guess: a server starts and stops
TRUST = 20.0  # seconds after which what was slower or faster than planned tells about the rest


class Timetable:
    """`planned`: seconds of each run that will follow, as guessed beforehand. `now` is monotonic seconds."""

    def __init__(self, planned: Sequence[float], now: float) -> None:
        self._planned = list(planned)
        self._total = max(sum(planned), 1e-9)
        self._begin = now
        self._run = -1
        self._phases: list[Phase] = []
        self._phase = -1
        self._entered = now
        self._share = 0.0

    def begin(self, phases: Sequence[Phase], now: float) -> None:
        """The next run begins."""
        self._run += 1
        self._phases, self._phase, self._entered = list(phases), -1, now

    def enter(self, phase: Phase, now: float) -> None:
        """A phase of the run begins."""
        behind = self._phase + 1
        found = next((place for place in range(behind, len(self._phases)) if self._phases[place] == phase), behind)
        self._phase, self._entered, self._share = found, now, 0.0

    def advance(self, share: float) -> None:
        """So much of the phase is done, whatever the clock says."""
        self._share = max(self._share, min(1.0, share))

    def end(self) -> None:
        """The run is over."""
        self._phases, self._phase = [], -1
        if 0 <= self._run < len(self._planned):
            self._total = max(sum(self._planned), 1e-9)

    def share(self, now: float) -> float:
        """Of the whole, 0..1."""
        return min(1.0, self._done(now) / self._total)

    def left(self, now: float) -> float:
        """Seconds, corrected by how long what is done took."""
        done, spent = self._done(now), now - self._begin
        pace = spent / done if done > 0 and spent > TRUST else 1.0
        return max(0.0, self._total - done) * pace

    def _done(self, now: float) -> float:
        """Planned seconds that are behind."""
        if not self._phases:
            return sum(self._planned[: self._run + 1])
        before = sum(self._planned[: self._run])
        if self._phase < 0:
            return before
        phase = self._phases[min(self._phase, len(self._phases) - 1)]
        share = max(self._share, min(1.0, (now - self._entered) / phase.seconds)) if phase.seconds else 1.0
        within = sum(one.seconds for one in self._phases[: self._phase]) + share * phase.seconds
        of_run = within / max(1e-9, sum(one.seconds for one in self._phases))
        planned = self._planned[self._run] if self._run < len(self._planned) else 0.0
        return before + of_run * planned
