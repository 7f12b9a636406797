"""The plane in memory, for timing: the same commands as `PlaneThread`; no sockets, no thread, a clock of its own."""

from collections.abc import Sequence

from sfu.plane.plane import Plane

class Rig(Plane):
    """Commands take effect at once. What the plane sends is encrypted as ever, then forgotten; `counters` has it."""

    def __init__(self, wall_offset: float = 0.0) -> None: ...
    @property
    def now(self) -> float:
        """Seconds on its clock, which begins at 1.0."""

    @property
    def head(self) -> bytes:
        """The first 32 bytes, which are not encrypted, of the media packet that headed the newest burst out."""

    def load(self, source: tuple[str, int], datagrams: Sequence[bytes]) -> None:
        """Lay out what the next `play` receives. Raises ValueError for a datagram longer than 2048 bytes."""

    def play(self, *, burst: int = 1, spacing: float = 0.0) -> int:
        """Receive all that was loaded, once; nanoseconds of this thread's CPU.

        After each `burst` the plane does what is due and sends, as its thread does at each wake-up; then its clock
        goes on by `spacing` seconds.
        """

    def idle(self, times: int, spacing: float) -> int:
        """Let `spacing` seconds pass several times, with what is due each time; nanoseconds of this thread's CPU."""
