"""LiveKit's RoomService: what a backend may do with rooms and participants, by the grants of its token."""

from collections.abc import Mapping
from dataclasses import replace

from livekit.protocol import models, room, rtc

from signalling.core import data, profile, publishing, subscribing
from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Grants, Permission
from signalling.core.limits import require_size
from signalling.core.messages import Action
from signalling.core.settings import RoomSettings
from signalling.livekit.twirp import Method
from signalling.rooms import Rooms

SERVICE = "livekit.RoomService"

Reason = models.DisconnectReason


def _require(permitted: bool, what: str) -> None:
    if not permitted:
        raise UserError(Refusal.NOT_ALLOWED, f"the token does not permit to {what}")


def _require_admin(grants: Grants, name: str) -> None:
    _require(grants.admin and grants.room == name, "administer this room")


class RoomService:
    """One method of the class for each method of the service."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def methods(self) -> Mapping[str, Method]:
        return {
            "CreateRoom": Method(room.CreateRoomRequest, self.create_room),
            "ListRooms": Method(room.ListRoomsRequest, self.list_rooms),
            "DeleteRoom": Method(room.DeleteRoomRequest, self.delete_room),
            "ListParticipants": Method(room.ListParticipantsRequest, self.list_participants),
            "GetParticipant": Method(room.RoomParticipantIdentity, self.get_participant),
            "RemoveParticipant": Method(room.RoomParticipantIdentity, self.remove_participant),
            "MutePublishedTrack": Method(room.MuteRoomTrackRequest, self.mute_published_track),
            "UpdateParticipant": Method(room.UpdateParticipantRequest, self.update_participant),
            "UpdateSubscriptions": Method(room.UpdateSubscriptionsRequest, self.update_subscriptions),
            "SendData": Method(room.SendDataRequest, self.send_data),
            "UpdateRoomMetadata": Method(room.UpdateRoomMetadataRequest, self.update_room_metadata),
            "MoveParticipant": Method(room.MoveParticipantRequest, self.move_participant),
            "ForwardParticipant": Method(room.ForwardParticipantRequest, self.forward_participant),
        }

    # -- rooms

    def create_room(self, grants: Grants, request: room.CreateRoomRequest) -> models.Room:
        """A new room; one that is there takes over what the request sets."""
        _require(grants.create, "create rooms")
        live = self._rooms.find(request.name)
        if live is None:
            live = self._rooms.create(request.name, _settings(RoomSettings(), request))
        else:
            settings = _settings(live.room.settings, request)
            require_size(settings.metadata, live.room.limits.metadata, "the metadata")
            if settings != live.room.settings:
                core = live.room
                live.run(lambda now: core.set_settings(settings, now))
        return live.room.message()

    def list_rooms(self, grants: Grants, request: room.ListRoomsRequest) -> room.ListRoomsResponse:
        """All rooms, or those named that exist."""
        _require(grants.list, "list rooms")
        names = set(request.names)
        rooms = [live.room.message() for live in self._rooms.all() if not names or live.name in names]
        return room.ListRoomsResponse(rooms=rooms)

    def delete_room(self, grants: Grants, request: room.DeleteRoomRequest) -> room.DeleteRoomResponse:
        """Everybody is disconnected."""
        _require(grants.create, "delete rooms")
        self._rooms.get(request.room)
        self._rooms.close(request.room, Reason.ROOM_DELETED)
        return room.DeleteRoomResponse()

    def update_room_metadata(self, grants: Grants, request: room.UpdateRoomMetadataRequest) -> models.Room:
        _require_admin(grants, request.room)
        live = self._rooms.get(request.room)
        require_size(request.metadata, live.room.limits.metadata, "the metadata")
        settings = replace(live.room.settings, metadata=request.metadata)
        live.run(lambda now: live.room.set_settings(settings, now))
        return live.room.message()

    # -- participants

    def list_participants(self, grants: Grants, request: room.ListParticipantsRequest) -> room.ListParticipantsResponse:
        _require_admin(grants, request.room)
        live = self._rooms.get(request.room)
        infos = [participant.info() for participant in live.room.participants.values()]
        return room.ListParticipantsResponse(participants=infos)

    def get_participant(self, grants: Grants, request: room.RoomParticipantIdentity) -> models.ParticipantInfo:
        _require_admin(grants, request.room)
        return self._rooms.participant(request.room, request.identity).info()

    def remove_participant(
        self, grants: Grants, request: room.RoomParticipantIdentity
    ) -> room.RemoveParticipantResponse:
        """Who is removed needs a newer token to come back. Who is forwarded to this room stays in its own."""
        _require_admin(grants, request.room)
        who = self._rooms.participant(request.room, request.identity)
        live = self._rooms.get(request.room)
        if not who.is_guest:
            live.revoke_tokens(request.identity, request.revoke_token_ts)
        live.remove(who, Reason.PARTICIPANT_REMOVED, Action.DISCONNECT)
        return room.RemoveParticipantResponse()

    def update_participant(self, grants: Grants, request: room.UpdateParticipantRequest) -> models.ParticipantInfo:
        """Name, metadata, attributes and permission; what is too large is refused before anything is changed."""
        _require_admin(grants, request.room)
        seat = self._rooms.seat(request.room, request.identity)
        core, who = seat.room.room, seat.participant

        def update(now: float) -> None:
            profile.update(
                core, who, name=request.name, metadata=request.metadata, attributes=request.attributes, now=now
            )
            if request.HasField("permission"):
                profile.set_permission(core, who, Permission.of(request.permission), now)

        seat.room.run(update)
        return who.info()

    def mute_published_track(self, grants: Grants, request: room.MuteRoomTrackRequest) -> room.MuteRoomTrackResponse:
        _require_admin(grants, request.room)
        seat = self._rooms.seat(request.room, request.identity)
        track = seat.room.run(
            lambda now: publishing.mute_remotely(
                seat.room.room, seat.participant, request.track_sid, now, muted=request.muted
            )
        )
        return room.MuteRoomTrackResponse(track=track.info)

    def update_subscriptions(
        self, grants: Grants, request: room.UpdateSubscriptionsRequest
    ) -> room.UpdateSubscriptionsResponse:
        _require_admin(grants, request.room)
        seat = self._rooms.seat(request.room, request.identity)
        update = rtc.UpdateSubscription(
            track_sids=request.track_sids,
            subscribe=request.subscribe,
            participant_tracks=request.participant_tracks,
        )
        seat.room.run(lambda _: subscribing.choose(seat.room.room, seat.participant, update))
        return room.UpdateSubscriptionsResponse()

    def send_data(self, grants: Grants, request: room.SendDataRequest) -> room.SendDataResponse:
        _require_admin(grants, request.room)
        live = self._rooms.get(request.room)
        live.run(lambda _: data.send_from_server(live.room, request))
        return room.SendDataResponse()

    # -- between rooms

    def move_participant(self, grants: Grants, request: room.MoveParticipantRequest) -> room.MoveParticipantResponse:
        """To another room, which is opened if need be."""
        _require_admin(grants, request.room)
        _require(grants.destination == request.destination_room, "move participants to that room")
        self._rooms.move(self._rooms.seat(request.room, request.identity), request.destination_room)
        return room.MoveParticipantResponse()

    def forward_participant(
        self, grants: Grants, request: room.ForwardParticipantRequest
    ) -> room.ForwardParticipantResponse:
        """Into another room as well, which is opened if need be; removing it there ends that."""
        _require_admin(grants, request.room)
        _require(grants.destination == request.destination_room, "forward participants to that room")
        self._rooms.forward(self._rooms.seat(request.room, request.identity), request.destination_room)
        return room.ForwardParticipantResponse()


def _settings(current: RoomSettings, request: room.CreateRoomRequest) -> RoomSettings:
    return RoomSettings(
        metadata=request.metadata or current.metadata,
        empty_timeout=request.empty_timeout or current.empty_timeout,
        departure_timeout=request.departure_timeout or current.departure_timeout,
        max_participants=request.max_participants or current.max_participants,
    )
