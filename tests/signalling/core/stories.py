"""A room in virtual time: people come, the clock is turned, and one reads what the room asked for."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from livekit.protocol import models, rtc

from signalling.core import clockwork, membership, publishing
from signalling.core.grants import Claims, Grants, Permission
from signalling.core.limits import Limits
from signalling.core.outputs import MakeOffer, Output, Send
from signalling.core.participant import Client, Participant
from signalling.core.room import Room, ServerFacts
from signalling.core.settings import RoomSettings
from tests.support.fake_media import live_track


class Story:
    """A room with a clock that stands still unless it is turned."""

    def __init__(self, *, limits: Limits | None = None, settings: RoomSettings | None = None) -> None:
        self.now = 1000.0
        numbers = count(1)
        self.room = Room(
            "class",
            settings or RoomSettings(),
            ServerFacts("1.13.6", "ND_test"),
            limits or Limits(),
            lambda prefix: f"{prefix}{next(numbers)}",
            now=self.now,
            created_ms=1_700_000_000_000,
        )
        self.outputs: list[Output] = []

    # -- people

    def comes(self, identity: str, **options: Any) -> Participant:
        """Somebody joins; options are those of Permission and Client, and `attributes`."""
        client = {key: options.pop(key) for key in ("protocol", "auto_subscribe") if key in options}
        attributes: Mapping[str, str] = options.pop("attributes", {})
        claims = Claims(
            identity=identity,
            name=identity.title(),
            attributes=attributes,
            grants=Grants(room="class", join=True, permission=Permission(**options)),
        )
        participant = Participant(
            sid=self.room.new_sid("PA_"),
            claims=claims,
            client=Client(**({"protocol": 16} | client)),
            joined_at=self.now,
            joined_ms=1_700_000_000_000,
            refresh_at=self.now + membership.REFRESH_INTERVAL,
        )
        membership.join(self.room, participant, self.now)
        self.drain()
        return participant

    def is_here(self, identity: str, **options: Any) -> Participant:
        """Somebody joins and connects; the exchange of the first offer is done."""
        participant = self.comes(identity, **options)
        self.passes(0.0)
        assert participant.offers.answered(0, self.now)
        membership.transport_changed(self.room, participant, "subscriber", "connected", self.now)
        self.passes(0.5)
        return participant

    def publishes(self, who: Participant, *, video: bool = False, cid: str = "cid", live: bool = True) -> str:
        """Somebody publishes a microphone or a camera; its sid."""
        request = rtc.AddTrackRequest(
            cid=cid,
            type=models.TrackType.VIDEO if video else models.TrackType.AUDIO,
            source=models.TrackSource.CAMERA if video else models.TrackSource.MICROPHONE,
        )
        publishing.add_track(self.room, who, request)
        sid = list(who.tracks)[-1]
        if live:
            publishing.track_live(self.room, who, live_track(sid, video=video, rids="qhf"), self.now)
        self.drain()
        return sid

    # -- time

    def passes(self, seconds: float) -> list[Output]:
        """Time passes as a surrounding would let it: `poll` is called at each deadline."""
        end = self.now + seconds
        before = len(self.outputs)
        for _ in range(10_000):
            due = clockwork.deadline(self.room)
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            clockwork.poll(self.room, self.now)
            self.drain()
        else:
            raise AssertionError("a deadline does not go away")
        self.now = end
        return self.outputs[before:]

    def drain(self) -> list[Output]:
        new = self.room.take()
        self.outputs.extend(new)
        return new

    def forget(self) -> None:
        self.drain()
        self.outputs.clear()

    # -- what was asked for

    def messages(self, who: Participant, kind: str) -> list[Any]:
        """All messages of a kind that were sent to somebody since `forget`."""
        self.drain()
        sent = [o.message for o in self.outputs if isinstance(o, Send) and who.sid in o.to]
        return [getattr(message, kind) for message in sent if message.WhichOneof("message") == kind]

    def kinds(self, who: Participant) -> list[str]:
        """Kinds of the messages to somebody in order; offers as they were asked for."""
        self.drain()
        kinds: list[str] = []
        for output in self.outputs:
            if isinstance(output, Send) and who.sid in output.to:
                kinds.append(str(output.message.WhichOneof("message")))
            elif isinstance(output, MakeOffer) and output.participant == who.sid:
                kinds.append("offer")
        return kinds

    def asked(self, kind: type) -> list[Any]:
        """All outputs of a kind since `forget`."""
        self.drain()
        return [output for output in self.outputs if isinstance(output, kind)]
