"""Connection quality: scores of media in, reports to everybody out, every few seconds when something changed."""

from collections.abc import Mapping

from livekit.protocol import models, rtc

from signalling.core.participant import Participant
from signalling.core.room import Room

INTERVAL = 5.0
"""Seconds between reports."""

EXCELLENT_SCORE = 4.0
GOOD_SCORE = 3.0
"""Scores are 0..5 like a mean opinion score: at 4 people are content, below 3 they are annoyed."""

Quality = models.ConnectionQuality


def quality_of(score: float) -> models.ConnectionQuality:
    """The word for a score."""
    if score >= EXCELLENT_SCORE:
        return Quality.EXCELLENT
    if score >= GOOD_SCORE:
        return Quality.GOOD
    return Quality.POOR if score > 0.0 else Quality.LOST


def report(room: Room, scores: Mapping[str, float]) -> None:
    """Tell everybody what changed since the last report; who has had none gets all of it."""
    infos = {
        sid: rtc.ConnectionQualityInfo(participant_sid=sid, quality=quality_of(score), score=score)
        for sid, score in scores.items()
        if sid in room.participants and not room.participants[sid].permission.hidden
    }
    changed = {sid: info for sid, info in infos.items() if room.quality.known.get(sid) != info.quality}
    room.quality.known.update({sid: info.quality for sid, info in infos.items()})
    for receiver in room.participants.values():
        if receiver.is_active:
            news = changed if receiver.sid in room.quality.told else infos
            _tell(room, receiver, news)
            room.quality.told.add(receiver.sid)


def _tell(room: Room, receiver: Participant, news: Mapping[str, rtc.ConnectionQualityInfo]) -> None:
    if news:
        updates = [_for_itself(info) if sid == receiver.sid else info for sid, info in news.items()]
        message = rtc.ConnectionQualityUpdate(updates=updates)
        room.send(receiver, rtc.SignalResponse(connection_quality=message))


def _for_itself(info: rtc.ConnectionQualityInfo) -> rtc.ConnectionQualityInfo:
    """Who hears from us is not lost; told so, clients connect anew and make it true."""
    if info.quality != Quality.LOST:
        return info
    return rtc.ConnectionQualityInfo(participant_sid=info.participant_sid, quality=Quality.POOR, score=info.score)
