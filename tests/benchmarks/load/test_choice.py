"""Which tracks a participant asks for."""

from livekit.protocol import models

from benchmarks.load.choice import Choice
from benchmarks.rooms.plan import Seat


def somebody(name: str) -> models.ParticipantInfo:
    tracks = [
        models.TrackInfo(sid=f"{name}-voice", type=models.TrackType.AUDIO),
        models.TrackInfo(sid=f"{name}-camera", type=models.TrackType.VIDEO),
    ]
    return models.ParticipantInfo(sid=f"PA_{name}", identity=name, tracks=tracks)


def asked(choice: Choice, *names: str) -> list[str]:
    return [sid for tracks in choice.seen(map(somebody, names)) for sid in tracks.track_sids]


def test_only_so_many_cameras_are_taken_in_one_room_and_all_voices() -> None:
    choice = Choice(Seat("", "me"), shown=1)
    assert not choice.everything
    assert asked(choice, "a", "b") == ["a-voice", "a-camera", "b-voice"]
    assert asked(choice, "a", "b", "c") == ["c-voice"]
    choice.moved()
    assert asked(choice, "b") == ["b-voice", "b-camera"]
