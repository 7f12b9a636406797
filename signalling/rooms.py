"""All rooms of this node by name: found, created, closed, and changed by participants."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

import msgspec
from livekit.protocol import models

from signalling.carrying_out import REFRESHED_LIFETIME
from signalling.core import forwarding, membership
from signalling.core.bounds import Bounds
from signalling.core.call.names import call_part
from signalling.core.calls import NO_ROOM
from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Claims
from signalling.core.limits import require_size
from signalling.core.messages import Action
from signalling.core.participant import Participant
from signalling.core.room import Room, ServerFacts
from signalling.core.settings import RoomSettings
from signalling.live_room import LiveRoom
from signalling.seat import Seat
from signalling.surroundings import Surroundings
from signalling.turns import Turns

logger = logging.getLogger("zvonok.signalling")

Reason = models.DisconnectReason


class CallDoor(Protocol):
    """What calls say of those who bear their tokens; they stand above rooms."""

    def claims_now(self, claims: Claims) -> Claims:
        """What the bearer of a token joins with now: a call's people get to the room where they belong. Raises
        UserError."""

    def bounds(self, claims: Claims) -> Bounds | None:
        """What binds somebody who comes into the room now; None: their token alone."""


class NoCalls:
    """A `CallDoor` as long as there are no calls."""

    def claims_now(self, claims: Claims) -> Claims:
        return claims

    def bounds(self, claims: Claims) -> Bounds | None:
        return None


class Rooms:
    """Owns the live rooms. `door`: calls set it to theirs."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._rooms: dict[str, LiveRoom] = {}
        self._of_call: defaultdict[str, dict[str, LiveRoom]] = defaultdict(dict)
        self.door: CallDoor = NoCalls()
        self.turns = Turns(around.clock)
        """For what happens to many people at once."""
        config = around.config
        self._facts = ServerFacts(config.claimed_version, config.node, config.ice_servers)

    def __len__(self) -> int:
        return len(self._rooms)

    def all(self) -> Iterable[LiveRoom]:
        return list(self._rooms.values())

    def find(self, name: str) -> LiveRoom | None:
        return self._rooms.get(name)

    def of_call(self, call: str) -> list[LiveRoom]:
        """The main room of a call, its breakout rooms and its walls, as far as they are there."""
        return list(self._of_call.get(call_part(call), {}).values())

    def get(self, name: str) -> LiveRoom:
        """Raises UserError when there is no such room."""
        live = self._rooms.get(name)
        if live is None:
            raise UserError(Refusal.NOT_FOUND, NO_ROOM)
        return live

    def participant(self, name: str, identity: str) -> Participant:
        """Raises UserError when there is no such room or participant."""
        participant = self.get(name).room.by_identity(identity)
        if participant is None:
            raise UserError(Refusal.NOT_FOUND, "participant does not exist")
        return participant

    def seat(self, name: str, identity: str) -> Seat:
        """Raises UserError when there is no such room or participant, and for a guest, who sits elsewhere."""
        participant = self.participant(name, identity)
        if participant.is_guest:
            raise UserError(Refusal.PRECONDITION, "the participant is forwarded to this room: ask for it in its own")
        return self.get(name).seats[participant.sid]

    def create(self, name: str, settings: RoomSettings) -> LiveRoom:
        """A new room, or the one that has the name. Raises UserError."""
        live = self._rooms.get(name)
        if live is not None:
            return live
        limits = self._around.config.limits
        if not name:
            raise UserError(Refusal.INVALID, "a room needs a name")
        require_size(name, limits.room_name, "the room's name")
        require_size(settings.metadata, limits.metadata, "the metadata")
        if len(self._rooms) >= limits.rooms:
            raise UserError(Refusal.LIMIT_EXCEEDED, "too many rooms")
        title = self._around.calls.title(self._around.call_of(name))
        if title is not None:
            settings = RoomSettings(metadata=msgspec.json.encode({"title": title}).decode())
        room = Room(
            name,
            settings,
            self._facts,
            limits,
            self._around.new_sid,
            now=self._around.clock(),
            created_ms=self._around.wall_ms(),
        )
        live = self._rooms[name] = LiveRoom(room, self._around, self._forget)
        self._of_call[call_part(name)][name] = live
        self._around.counters["rooms_opened"] += 1
        logger.info("room opened room=%r sid=%s", name, room.sid)
        return live

    def _forget(self, live: LiveRoom) -> None:
        self._around.counters.update(live.room.counters)
        if self._rooms.get(live.name) is live:
            del self._rooms[live.name]
            neighbours = self._of_call[call_part(live.name)]
            del neighbours[live.name]
            if not neighbours:
                del self._of_call[call_part(live.name)]
        logger.info("room closed room=%r sid=%s", live.name, live.room.sid)

    # -- joining

    def check_join(self, claims: Claims) -> Claims:
        """The claims that its bearer joins with. Refuses whoever could not join now; nothing is created."""
        self._around.calls.check(claims)
        claims = self.door.claims_now(claims)
        name, limits = claims.grants.room, self._around.config.limits
        live = self._rooms.get(name)
        require_size(claims.identity, limits.identity, "the identity")
        require_size(name, limits.room_name, "the room's name")
        if live is not None:
            live.room.removals.check(claims)
            membership.check_capacity(live.room, claims.identity)
        elif not self._may_create(claims):
            raise UserError(Refusal.NOT_FOUND, NO_ROOM)
        elif len(self._rooms) >= limits.rooms:
            raise UserError(Refusal.LIMIT_EXCEEDED, "too many rooms")
        return claims

    def _may_create(self, claims: Claims) -> bool:
        return self._around.config.auto_create or bool(self._around.call_of(claims.grants.room))

    def for_joining(self, claims: Claims) -> tuple[LiveRoom, Claims]:
        """The room that the bearer of a token joins now, and with what. Raises UserError as `check_join` does."""
        claims = self.check_join(claims)
        return self.create(claims.grants.room, claims.room_settings or RoomSettings()), claims

    # -- moving

    def move(self, seat: Seat, destination: str) -> None:
        """Take a participant to another room, which is opened if need be. Its media goes on if its client can do that
        and both rooms are on the same lane; otherwise it connects anew. Raises UserError.
        """
        source, participant = seat.room, seat.participant
        if destination == source.name:
            raise UserError(Refusal.INVALID, "the participant is in this room already")
        if not participant.signal:
            raise UserError(Refusal.PRECONDITION, "the participant's connection is interrupted")
        live = self.create(destination, RoomSettings())
        membership.check_capacity(live.room, participant.identity)
        call = self._around.call_of(source.name)
        same_call = bool(call) and self._around.call_of(destination) == call
        membership.move_claims(participant, destination, same_call=same_call)
        token = self._around.tokens.sign(participant.claims, REFRESHED_LIFETIME)
        if membership.may_move_live(participant) and live.open_media(source.lane).lane == source.lane:
            self._move_live(seat, live, token)
        else:
            source.run(lambda now: membership.send_away(source.room, participant, token, now))
        source.log("moved", participant, destination=destination)

    def _move_live(self, seat: Seat, live: LiveRoom, token: str) -> None:
        source, participant, peer = seat.room, seat.participant, seat.peer
        source.run(lambda now: membership.depart(source.room, participant, now))
        seat.end_forwardings()
        source.seats.pop(participant.sid)
        participant.sid = self._around.new_sid("PA_")
        try:
            if peer is not None:
                live.open_media().adopt(participant.sid, peer)
        except Exception:
            logger.exception("media could not be moved room=%r destination=%r", source.name, live.name)
            seat.say_farewell(Reason.MIGRATION, token)
            return
        seat.room = live
        live.seats[participant.sid] = seat
        live.run(lambda now: membership.arrive(live.room, participant, token, now))

    # -- forwarding

    def forward(self, seat: Seat, destination: str) -> None:
        """Show a participant in another room as well, which is opened if need be. It ends when the participant leaves
        its room, when it is removed from the destination, and when that closes. Raises UserError.
        """
        source, original = seat.room, seat.participant
        if destination == source.name:
            raise UserError(Refusal.INVALID, "the participant is in this room itself")
        limit = self._around.config.limits.forwardings_per_participant
        forwarding.check_original(original, len(seat.forwardings), limit)
        live = self.create(destination, RoomSettings())
        if live.lane not in (None, source.lane):
            raise UserError(Refusal.PRECONDITION, "the two rooms are on different forwarding threads")
        live.welcome(seat)
        self._around.counters["participants_forwarded"] += 1
        source.log("forwarded", original, destination=destination)

    # -- ending

    def close(self, name: str, reason: models.DisconnectReason) -> None:
        """Everybody leaves for good. A room that is not there is closed already."""
        live = self._rooms.get(name)
        if live is not None:
            live.close(reason, Action.DISCONNECT)

    def close_all(self) -> None:
        """This node stops: everybody connects anew, elsewhere or when it is back."""
        for live in self.all():
            live.close(Reason.SERVER_SHUTDOWN, Action.RECONNECT)
