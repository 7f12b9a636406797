"""Whether a receiver of data is so far behind that those who send should wait for it.

In: the bytes that wait for it, and the time. Out: yes or no.
"""

from typing import Final

TOO_MUCH: Final = 512 * 1024
"""Bytes that wait, above which a receiver is behind: more than anything but a file makes."""

LITTLE: Final = 128 * 1024
"""Bytes below which it has caught up."""

PATIENCE: Final = 10.0
"""Seconds that others wait for one receiver. One who takes longer is gone or hopeless: it loses messages instead."""


class Backlog:
    """One receiver."""

    def __init__(self) -> None:
        self._behind_since: float | None = None

    def is_behind(self, waiting: int, now: float) -> bool:
        """`waiting` in bytes, `now` in monotonic seconds."""
        if waiting <= (TOO_MUCH if self._behind_since is None else LITTLE):
            self._behind_since = None
            return False
        if self._behind_since is None:
            self._behind_since = now
        return now - self._behind_since < PATIENCE
