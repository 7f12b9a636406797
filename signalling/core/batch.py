"""Updates about participants, collected for a moment, so that a class that comes in does not cost N x N messages."""

from livekit.protocol import models

QUIET_DELAY = 0.3
"""Seconds an update about somebody without tracks may wait. A person does not notice; 30 joins become one message."""


class UpdateBatch:
    """The newest information about each changed participant, in order of first change."""

    def __init__(self) -> None:
        self._infos: dict[str, models.ParticipantInfo] = {}
        self._due: float | None = None

    def put(self, info: models.ParticipantInfo, now: float, *, quiet: bool) -> None:
        """Take an update; a quiet one may wait, any other makes all due at once."""
        self._infos[info.sid] = info
        due = now + QUIET_DELAY if quiet else now
        self._due = due if self._due is None else min(self._due, due)

    def __contains__(self, sid: object) -> bool:
        return sid in self._infos

    def take(self) -> dict[str, models.ParticipantInfo]:
        """All that waits, by sid; nothing waits afterwards."""
        infos, self._infos, self._due = self._infos, {}, None
        return infos

    def deadline(self) -> float | None:
        return self._due
