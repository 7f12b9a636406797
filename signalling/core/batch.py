"""Updates about participants, collected for a moment, so that a class that comes in does not cost N x N messages."""

import math
from collections.abc import Iterable, Iterator

from livekit.protocol import models

QUIET_DELAY = 0.3
"""Seconds an update about somebody without tracks may wait. A person does not notice; 30 joins become one message."""

SPACING = 0.2
BURST = 10
"""Seconds between two batches when many follow one another, and how many may come at once before that: what a few
people do is told at once, of the hundred changes per second of a class that comes in each receiver gets five messages.
"""


class UpdateBatch:
    """The newest information about each changed participant, in order of first change.

    A receiver may be given what waits ahead of the others; it is not given it again.
    """

    def __init__(self) -> None:
        self._infos: dict[str, models.ParticipantInfo] = {}
        self._serials: dict[str, int] = {}  # by sid: number of the change that the information is from
        self._changes = 0
        self._ahead: dict[str, int] = {}  # by receiver sid: changes that it was given
        self._due: float | None = None
        self._next = -math.inf  # when the next batch may be due

    def put(self, info: models.ParticipantInfo, now: float, *, quiet: bool) -> None:
        """Take an update. A quiet one may wait; any other makes all due, at once unless there were many batches."""
        self._changes += 1
        self._infos[info.sid] = info
        self._serials[info.sid] = self._changes
        due = max(now + QUIET_DELAY if quiet else now, self._next)
        self._due = due if self._due is None else min(self._due, due)

    def __contains__(self, sid: object) -> bool:
        return sid in self._infos

    def ahead(self, receiver: str) -> list[models.ParticipantInfo]:
        """What waits for one receiver (sid), its own information aside; to the others it is still to be told."""
        news = list(self._news(receiver))
        self.caught_up(receiver)
        return news

    def caught_up(self, receiver: str) -> None:
        """The receiver was told of everybody in another way."""
        if self._infos:
            self._ahead[receiver] = self._changes

    def take(self, receivers: Iterable[str], now: float) -> list[tuple[tuple[str, ...], list[models.ParticipantInfo]]]:
        """Receivers (sids) with what they have to be told, those who are told the same together; nothing waits then.

        Nobody gets its own information: that would be older than what it knows of itself.
        """
        alike: list[str] = []
        told: list[tuple[tuple[str, ...], list[models.ParticipantInfo]]] = []
        for receiver in receivers:
            if receiver not in self._infos and receiver not in self._ahead:
                alike.append(receiver)
            elif news := list(self._news(receiver)):
                told.append(((receiver,), news))
        if alike and self._infos:
            told.insert(0, (tuple(alike), list(self._infos.values())))
        self._infos, self._serials, self._ahead, self._due = {}, {}, {}, None
        self._next = max(self._next, now - (BURST - 1) * SPACING) + SPACING
        return told

    def _news(self, receiver: str) -> Iterator[models.ParticipantInfo]:
        after = self._ahead.get(receiver, 0)
        return (info for sid, info in self._infos.items() if self._serials[sid] > after and sid != receiver)

    def deadline(self) -> float | None:
        return self._due
