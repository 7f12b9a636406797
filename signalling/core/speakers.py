"""Who speaks: levels of tracks in, levels of participants out; only changes are told."""

from collections.abc import Iterable, Mapping

from livekit.protocol import rtc

from signalling.core.participant import Participant
from signalling.core.room import Room

SIMULATED_LEVEL = 0.9
"""How loud a simulated speaker is, 0..1."""


def changed(room: Room, levels: Mapping[str, float]) -> None:
    """New levels by track sid; 0.0 = the track stopped speaking."""
    owners: dict[str, Participant] = {}
    for sid, level in levels.items():
        found = room.find_track(sid)
        if found is None:
            continue
        owners[found[0].sid] = found[0]
        if level > 0.0:
            room.speaking.levels[sid] = level
        else:
            room.speaking.levels.pop(sid, None)
    _tell(room, (owner for owner in owners.values() if not owner.permission.hidden), room.participants.values())


def level_of(room: Room, participant: Participant) -> float:
    """The loudest of its tracks, 0..1."""
    if participant.sid in room.simulated_speech:
        return SIMULATED_LEVEL
    return max((room.speaking.levels.get(sid, 0.0) for sid in participant.tracks), default=0.0)


def tell_all(room: Room, receiver: Participant) -> None:
    """Tell a newcomer who speaks."""
    _tell(room, [p for p in room.participants.values() if p.is_visible and level_of(room, p) > 0.0], [receiver])


def _tell(room: Room, speakers: Iterable[Participant], receivers: Iterable[Participant]) -> None:
    message = rtc.SpeakersChanged()
    for speaker in speakers:
        level = level_of(room, speaker)
        message.speakers.add(sid=speaker.sid, level=level, active=level > 0.0)
    if message.speakers:
        room.send_all([p for p in receivers if p.is_active], rtc.SignalResponse(speakers_changed=message))


def simulate(room: Room, participant: Participant, seconds: float, now: float) -> None:
    """Pretend that somebody speaks, for tests of clients."""
    room.simulated_speech[participant.sid] = now + seconds
    _tell(room, [participant], room.participants.values())


def end_simulations(room: Room, now: float) -> None:
    """Those whose simulated speech is over fall silent."""
    for sid in [sid for sid, end in room.simulated_speech.items() if end <= now]:
        del room.simulated_speech[sid]
        _tell(room, [room.participants[sid]], room.participants.values())
