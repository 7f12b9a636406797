"""What the core of a call asks for, done to pages, rooms, the store and events."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from livekit.protocol import models

from signalling.core import profile, publishing
from signalling.core.call import saved
from signalling.core.call.outputs import (
    Dismiss,
    Eject,
    End,
    Enforce,
    Hang,
    Happened,
    Output,
    Place,
    Save,
    SaveGroups,
    SaveTemplate,
    ShowIn,
    Silence,
    Tell,
)
from signalling.core.call.outputs import Source as Silenced
from signalling.core.call.rights import permission_of
from signalling.core.errors import Refusal, UserError
from signalling.core.messages import Action
from signalling.events import HandRaised
from signalling.ports import NotKeptError
from signalling.seat import Seat

if TYPE_CHECKING:
    from signalling.live_call import LiveCall

logger = logging.getLogger("zvonok.signalling")

Reason = models.DisconnectReason
Source = models.TrackSource

SOURCES = {
    "microphone": (Source.MICROPHONE,),
    "camera": (Source.CAMERA,),
    "screen": (Source.SCREEN_SHARE, Source.SCREEN_SHARE_AUDIO),
}


def carry_out(live: "LiveCall", output: Output) -> None:
    """Do one thing."""
    match output:
        case Tell():
            for identity in output.to:
                if (entry := live.pages.get(identity)) is not None:
                    entry.page.tell(output.message)
        case Dismiss():
            if (entry := live.pages.pop(output.identity, None)) is not None:
                entry.page.end()
        case Place():
            _place(live, output)
        case Enforce():
            _enforce(live, output.identity)
        case Silence():
            _silence(live, output.identity, output.source)
        case Eject():
            _eject(live, output.identity)
        case ShowIn():
            _show_in(live, output)
        case Hang():
            pass
        case Save():
            live.keeper.changed()
        case SaveTemplate() | SaveGroups():
            live.around.spawn(_save(live, output))
        case Happened():
            _emit(live, output)
        case End():
            pass
        case _:
            assert_never(output)


def seats_of(live: "LiveCall", identity: str) -> Iterator[Seat]:
    """Where somebody is connected to the call now: their seats, in walls as well."""
    for room in live.rooms.of_call(live.call.id):
        participant = room.room.by_identity(identity)
        if participant is not None and not participant.is_guest:
            yield room.seats[participant.sid]


def _place(live: "LiveCall", output: Place) -> None:
    name = live.name_of(output.room)
    for seat in list(seats_of(live, output.identity)):
        if live.number_of(seat.room.name) is None or seat.room.name == name:
            continue
        try:
            live.rooms.move(seat, name)
        except UserError as error:
            # Its connection is interrupted just now: it connects anew, and is let in where it belongs.
            logger.info("not moved room=%r destination=%r why=%s", seat.room.name, name, error.text)
            seat.room.remove(seat.participant, Reason.MIGRATION, Action.RECONNECT)


def _enforce(live: "LiveCall", identity: str) -> None:
    member = live.call.members[identity]
    permission = permission_of(live.call, member)
    for seat in list(seats_of(live, identity)):
        if live.number_of(seat.room.name) is not None:
            seat.room.feed(lambda room, who, now: profile.set_permission(room, who, permission, now), seat.participant)


def _silence(live: "LiveCall", identity: str, source: Silenced) -> None:
    for seat in list(seats_of(live, identity)):
        for track in list(seat.participant.tracks.values()):
            if track.info.source in SOURCES[source]:
                _stop(seat, track.sid, ends=source == "screen")


def _stop(seat: Seat, track: str, *, ends: bool) -> None:
    """A microphone or camera is muted and can be switched on again; a shared screen ends."""
    if ends:
        seat.room.feed(lambda room, who, now: publishing.unpublish(room, who, track, now), seat.participant)
    else:
        seat.room.feed(
            lambda room, who, now: publishing.mute_remotely(room, who, track, now, muted=True), seat.participant
        )


def _eject(live: "LiveCall", identity: str) -> None:
    for seat in list(seats_of(live, identity)):
        seat.room.revoke_tokens(identity, 0)
        seat.room.remove(seat.participant, Reason.PARTICIPANT_REMOVED, Action.DISCONNECT)


def _show_in(live: "LiveCall", output: ShowIn) -> None:
    """Rooms that cannot show the person (another forwarding thread, gone) are logged and left out."""
    wanted = {live.name_of(room) for room in output.rooms}
    for seat in list(seats_of(live, output.identity)):
        if live.number_of(seat.room.name) is None:
            continue
        shown = {forwarding.destination.name: forwarding for forwarding in seat.forwardings.values()}
        for name in shown.keys() - wanted:
            if live.number_of(name) is not None:
                shown[name].end()
        for name in wanted - shown.keys() - {seat.room.name}:
            try:
                live.rooms.forward(seat, name)
            except UserError as error:
                if error.refusal is not Refusal.ALREADY_EXISTS:
                    logger.warning("not shown room=%r destination=%r why=%s", seat.room.name, name, error.text)


async def _save(live: "LiveCall", output: SaveTemplate | SaveGroups) -> None:
    call = live.call
    try:
        if isinstance(output, SaveTemplate):
            template = saved.Template(output.student, output.parent, output.lobby)
            await live.store.save_template(call.group, saved.dump_template(template))
        else:
            groups = saved.dump_groups(output.groups) if output.groups else None
            await live.store.save_groups(call.group, output.name, groups)
    except NotKeptError as error:
        logger.warning("not kept call=%r what=%s why=%s", call.id, type(output).__name__, error)


def _emit(live: "LiveCall", output: Happened) -> None:
    if output.what != "hand_raised":
        return
    member = live.call.members[output.identity]
    sid = next(iter(member.stays), "")
    room = live.name_of(member.room)
    live.around.emit(HandRaised(live.call.id, room, member.identity, sid, live.around.wall()))
