"""ForwardParticipant over LiveKit's own server SDK: beginning, refusals, and every way in which it ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from livekit import api
from livekit.protocol import models

from signalling.core.limits import Limits
from signalling.live_room import RoomFailedError
from tests.support.fake_media import FakeMedia, FakeMediaRoom
from tests.support.signalling_server import KEY, SECRET, Server, SignalClient, running

State = models.ParticipantInfo.State


class School:
    """Anna publishes in "class"; Vera is in "group"."""

    def __init__(self, server: Server, lk: api.LiveKitAPI, anna: SignalClient, vera: SignalClient, track: str) -> None:
        self.server, self.lk, self.anna, self.vera, self.track = server, lk, anna, vera, track

    async def forward(self, destination: str = "group", *, room: str = "class", identity: str = "anna") -> None:
        request = api.ForwardParticipantRequest(room=room, identity=identity, destination_room=destination)
        await self.lk.room.forward_participant(request)

    async def refused(self, destination: str, **where: str) -> str:
        with pytest.raises(api.TwirpError) as caught:
            await self.forward(destination, **where)
        return str(caught.value.code)

    @property
    def destination(self) -> FakeMediaRoom:
        """Media of the room that was opened last but "class"."""
        return self.server.media.rooms[1]

    async def sees(self, state: "State.ValueType") -> models.ParticipantInfo:
        """Wait until Vera is told that Anna is in this state."""

        def is_it(info: models.ParticipantInfo) -> bool:
            return info.identity == "anna" and info.state == state

        message = await self.vera.expect("update", lambda m: any(map(is_it, m.update.participants)))
        return next(info for info in message.update.participants if is_it(info))

    def has_ended(self) -> bool:
        rooms = self.server.service.rooms
        group = rooms.find("group")
        return self.destination.shown == [] and (group is None or group.guests == {})


@asynccontextmanager
async def school(lanes: int = 1, **config: object) -> AsyncIterator[School]:
    async with running(FakeMedia(lanes=lanes), **config) as server, api.LiveKitAPI(server.url, KEY, SECRET) as lk:
        anna = await server.join("anna")
        track = await server.publish(anna, "anna")
        vera = await server.join("vera", "group")
        yield School(server, lk, anna, vera, track)


async def test_a_forwarded_participant_is_in_both_rooms() -> None:
    async with school() as here:
        await here.forward()
        info = await here.sees(State.ACTIVE)
        assert info.sid != here.anna.joined.participant.sid and [t.sid for t in info.tracks] == [here.track]
        assert here.destination.shown == [here.server.peer("anna")]
        assert here.server.peer("vera", "group").subscribed == {here.track: f"{info.sid}|camera"}
        listed = await here.lk.room.list_participants(api.ListParticipantsRequest(room="group"))
        assert [p.identity for p in listed.participants] == ["vera", "anna"]
        who = api.RoomParticipantIdentity(room="group", identity="anna")
        assert (await here.lk.room.get_participant(who)).sid == info.sid
        gauges = here.server.service.gauges()
        assert (gauges["participants"], gauges["guests"], gauges["tracks"]) == (2, 1, 1)
        assert here.server.service.counters()["participants_forwarded"] == 1
        assert [(event.identity, event.room) for event in here.server.events] == [("anna", "class"), ("vera", "group")]


async def test_a_destination_that_is_not_there_is_opened_on_the_same_lane() -> None:
    async with school(lanes=2) as here:
        await here.forward("new group")
        opened = here.server.media.rooms[2]
        assert (opened.lane, opened.shown) == (here.server.media.rooms[0].lane, [here.server.peer("anna")])


async def test_changes_are_seen_in_both_rooms() -> None:
    async with school() as here:
        await here.forward()
        await here.sees(State.ACTIVE)
        mute = api.MuteRoomTrackRequest(room="class", identity="anna", track_sid=here.track, muted=True)
        await here.lk.room.mute_published_track(mute)
        assert (await here.sees(State.ACTIVE)).tracks[0].muted
        camera = await here.server.publish(here.anna, "anna", video=True)
        assert [t.sid for t in (await here.sees(State.ACTIVE)).tracks] == [here.track, camera]
        here.server.peer("anna").listener.track_gone(here.track)
        assert [t.sid for t in (await here.sees(State.ACTIVE)).tracks] == [camera]
        assert set(here.server.peer("vera", "group").subscribed) == {camera}


async def test_it_ends_when_the_participant_leaves() -> None:
    async with school() as here:
        await here.forward()
        await here.lk.room.remove_participant(api.RoomParticipantIdentity(room="class", identity="anna"))
        assert (await here.sees(State.DISCONNECTED)).disconnect_reason == models.DisconnectReason.PARTICIPANT_REMOVED
        assert here.has_ended()


async def test_it_ends_when_the_participant_is_removed_from_the_destination() -> None:
    async with school() as here:
        await here.forward()
        await here.lk.room.remove_participant(api.RoomParticipantIdentity(room="group", identity="anna"))
        await here.sees(State.DISCONNECTED)
        assert here.has_ended()
        assert not here.server.peer("anna").closed
        await here.anna.roundtrip()
        await here.forward()
        assert here.destination.shown == [here.server.peer("anna")]


@pytest.mark.parametrize("closing", ["class", "group"])
async def test_it_ends_when_one_of_the_rooms_is_deleted(closing: str) -> None:
    async with school() as here:
        await here.forward()
        await here.lk.room.delete_room(api.DeleteRoomRequest(room=closing))
        assert here.has_ended()
        if closing == "group":
            assert here.server.service.rooms.seat("class", "anna").forwardings == {}
            await here.anna.roundtrip()
        else:
            await here.sees(State.DISCONNECTED)


async def test_it_ends_when_the_participant_moves_even_to_the_destination() -> None:
    async with school() as here:
        await here.forward()
        guest = await here.sees(State.ACTIVE)
        move = api.MoveParticipantRequest(room="class", identity="anna", destination_room="group")
        await here.lk.room.move_participant(move)
        assert (await here.sees(State.DISCONNECTED)).sid == guest.sid
        moved = await here.sees(State.ACTIVE)
        assert here.has_ended()
        assert here.server.peer("vera", "group").subscribed == {here.track: f"{moved.sid}|camera"}


async def test_it_ends_when_the_participant_joins_the_destination_itself() -> None:
    async with school() as here:
        await here.forward()
        await here.server.join("anna", "group")
        assert here.has_ended()
        assert not here.server.peer("anna", "class").closed


async def test_each_of_two_rooms_may_be_shown_in_the_other_and_both_close() -> None:
    async with school() as here:
        await here.forward()
        await here.forward("class", room="group", identity="vera")
        await here.lk.room.delete_room(api.DeleteRoomRequest(room="class"))
        assert here.has_ended()
        await here.vera.roundtrip()
        assert here.server.service.rooms.seat("group", "vera").forwardings == {}


async def test_a_failed_destination_does_not_touch_the_participant() -> None:
    async with school() as here:
        await here.forward()
        group = here.server.service.rooms.get("group")

        def breaks(_: float) -> None:
            raise RuntimeError("our mistake")

        with pytest.raises(RoomFailedError):
            group.run(breaks)
        assert here.has_ended()
        await here.anna.roundtrip()
        assert not here.server.peer("anna").closed


async def test_what_cannot_be_forwarded_is_refused_with_a_reason() -> None:
    async with school(limits=Limits(forwardings_per_participant=2)) as here:
        await here.forward()
        assert await here.refused("group") == "already_exists"
        assert await here.refused("class") == "invalid_argument"
        assert await here.refused("") == "invalid_argument"
        assert await here.refused("b", identity="nobody") == "not_found"
        assert await here.refused("b", room="nowhere") == "not_found"
        assert await here.refused("b", room="group") == "failed_precondition", "a guest is forwarded from its own room"
        await here.server.join("ghost", hidden=True)
        assert await here.refused("b", identity="ghost") == "failed_precondition"
        await here.forward("b")
        assert await here.refused("c") == "resource_exhausted"
        assert {live.name for live in here.server.service.rooms.all()} == {"class", "group", "b"}


async def test_another_lane_is_refused() -> None:
    async with school(lanes=2) as here:
        assert await here.refused("group") == "failed_precondition"
        assert here.has_ended()


async def test_a_guest_is_changed_in_its_own_room_only() -> None:
    async with school() as here:
        await here.forward()
        requests = [
            here.lk.room.update_participant(api.UpdateParticipantRequest(room="group", identity="anna", name="x")),
            here.lk.room.mute_published_track(
                api.MuteRoomTrackRequest(room="group", identity="anna", track_sid=here.track, muted=True)
            ),
            here.lk.room.move_participant(
                api.MoveParticipantRequest(room="group", identity="anna", destination_room="b")
            ),
        ]
        for request in requests:
            with pytest.raises(api.TwirpError) as caught:
                await request
            assert caught.value.code == "failed_precondition"
