"""Which tracks of others a participant asks for. Pure."""

from collections.abc import Iterable

from livekit.protocol import models

from benchmarks.load.model import Kind
from benchmarks.rooms.plan import EVERYBODY, Seat

KINDS = {models.TrackType.AUDIO: Kind.AUDIO, models.TrackType.VIDEO: Kind.VIDEO}


class Choice:
    """What a seat wants, and what has been asked for."""

    def __init__(self, seat: Seat, shown: int | None = None) -> None:
        """`shown`: it takes no more cameras than that in one room, those that were announced first; None: all."""
        self._seat, self._shown = seat, shown
        self._asked: set[str] = set()
        self._cameras = 0

    def moved(self) -> None:
        """It is in another room now, where nothing was asked for yet."""
        self._asked.clear()
        self._cameras = 0

    @property
    def everything(self) -> bool:
        """The server may subscribe by itself to whatever comes."""
        return self._seat.cameras is EVERYBODY and self._seat.voices is EVERYBODY and self._shown is None

    def seen(self, participants: Iterable[models.ParticipantInfo]) -> list[models.ParticipantTracks]:
        """Those of the announced tracks that are wanted and were not asked for yet. Each is returned once."""
        found = (
            models.ParticipantTracks(participant_sid=participant.sid, track_sids=self._new(participant))
            for participant in participants
        )
        return [tracks for tracks in found if tracks.track_sids]

    def _new(self, participant: models.ParticipantInfo) -> list[str]:
        if self.everything or participant.state == models.ParticipantInfo.State.DISCONNECTED:
            return []
        new = [
            track.sid
            for track in participant.tracks
            if track.sid not in self._asked and self._wants(track, participant.identity)
        ]
        self._asked.update(new)
        return new

    def _wants(self, track: models.TrackInfo, identity: str) -> bool:
        kind = KINDS.get(track.type)
        if kind is None or identity == self._seat.identity:
            return False
        names = self._seat.takes(kind)
        return (names is EVERYBODY or identity in names) and (kind is Kind.AUDIO or self._has_place())

    def _has_place(self) -> bool:
        """Take the next one of the places for cameras, if there is one."""
        self._cameras += 1
        return self._shown is None or self._cameras <= self._shown
