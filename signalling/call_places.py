"""Where people of a call are connected, and where else they are shown: brought about in turns, room by room.

What is due is looked up when its turn comes: who was assigned elsewhere meanwhile goes there at once.
"""

import logging
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from livekit.protocol import models

from signalling.core.call.names import wall_name
from signalling.core.errors import Refusal, UserError
from signalling.core.messages import Action
from signalling.live_room import RoomFailedError
from signalling.seat import Seat

if TYPE_CHECKING:
    from signalling.live_call import LiveCall

logger = logging.getLogger("zvonok.signalling")

Reason = models.DisconnectReason


def seats_of(live: "LiveCall", identity: str) -> Iterator[Seat]:
    """Where somebody is connected to the call now: their seats, in walls as well."""
    for room in live.rooms.of_call(live.call.id):
        participant = room.room.by_identity(identity)
        if participant is not None and not participant.is_guest:
            yield room.seats[participant.sid]


def _connected(live: "LiveCall", identity: str) -> list[Seat]:
    """The seats in rooms of the call whose media is connected, by what the core was told of them."""
    member = live.call.members.get(identity)
    found = []
    for sid, number in member.stays.items() if member else ():
        room = live.rooms.find(live.name_of(number))
        if room is not None and sid in room.seats:
            found.append(room.seats[sid])
    return found


def bring(live: "LiveCall", identity: str) -> None:
    """Take somebody to the room where they are to be."""
    member = live.call.members.get(identity)
    if member is None or live.is_over:
        return
    name = live.name_of(member.room)
    for seat in _connected(live, identity):
        if seat.room.name != name:
            _move(live, seat, name)


def _move(live: "LiveCall", seat: Seat, name: str) -> None:
    room = seat.room
    try:
        live.rooms.move(seat, name)
    except (UserError, RoomFailedError) as error:
        # Its connection is interrupted just now: it connects anew, and is let in where it belongs.
        logger.info("not moved room=%r destination=%r why=%s", room.name, name, error)
        room.remove(seat.participant, Reason.MIGRATION, Action.RECONNECT)


def show_in(live: "LiveCall", identity: str, rooms: Collection[int]) -> None:
    """Somebody is heard and seen in these rooms besides the own one."""
    wanted = {live.name_of(room) for room in rooms}
    for seat in _connected(live, identity):
        for forwarding in list(seat.forwardings.values()):
            name = forwarding.destination.name
            if live.number_of(name) is not None and name not in wanted:
                forwarding.end()
    for room in rooms:
        live.rooms.turns.defer(lambda room=room: _speak_in(live, identity, room))  # type: ignore[misc]


def _speak_in(live: "LiveCall", identity: str, room: int) -> None:
    member = live.call.members.get(identity)
    if member is not None and room in member.speaking_to and live.call.breakout.is_open(room):
        _forward(live, identity, live.name_of(room))


def hang(live: "LiveCall", moderator: str, people: Collection[str] | None) -> None:
    """A moderator's wall shows these people; None: whoever looks at it is sent away."""
    name = wall_name(live.call.id, moderator)
    wall = live.rooms.find(name)
    if people is None:
        live.rooms.close(name, Reason.ROOM_DELETED)
        return
    shown = {guest.guest.identity for guest in wall.guests.values()} if wall is not None else set()
    for identity in people:
        if identity not in shown:
            live.rooms.turns.defer(lambda identity=identity: _hang_one(live, moderator, identity))  # type: ignore[misc]


def _hang_one(live: "LiveCall", moderator: str, identity: str) -> None:
    member = live.call.members.get(identity)
    if moderator in live.call.breakout.walls and member is not None and member.room:
        _forward(live, identity, wall_name(live.call.id, moderator))


def _forward(live: "LiveCall", identity: str, name: str) -> None:
    """A room that cannot show them (another forwarding thread, gone) is left out."""
    if live.is_over:
        return
    for seat in _connected(live, identity):
        try:
            live.rooms.forward(seat, name)
        except (UserError, RoomFailedError) as error:
            if not (isinstance(error, UserError) and error.refusal is Refusal.ALREADY_EXISTS):
                logger.warning("not shown room=%r destination=%r why=%s", seat.room.name, name, error)
