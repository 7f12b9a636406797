"""Keeps messages for a page that shows them to everybody: the demonstration's, and nobody else's."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

KEPT = 50  # messages


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the page shows it."""

    at: float  # seconds since the epoch
    phone: str
    text: str


class OutboxSms:
    """`clock`: seconds since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._messages: deque[Shown] = deque(maxlen=KEPT)

    async def send(self, phone: str, text: str, ttl: float) -> None:
        """Keep the message among the newest."""
        self._messages.appendleft(Shown(self._clock(), phone, text))

    async def close(self) -> None:
        """Nothing to close."""

    def newest(self) -> tuple[Shown, ...]:
        """The newest first."""
        return tuple(self._messages)
