"""What the core of a call asks for, done to pages, rooms, the store and events."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, assert_never

from livekit.protocol import models

from signalling import call_places as places
from signalling.core import profile, publishing
from signalling.core.call import saved
from signalling.core.call.messages import Note
from signalling.core.call.outputs import (
    Dismiss,
    Eject,
    End,
    Enforce,
    Hang,
    Happened,
    LetIn,
    Output,
    Place,
    Save,
    SaveGroups,
    SaveTemplate,
    ShowIn,
    Silence,
    Tell,
)
from signalling.core.call.rights import bounds_of
from signalling.core.messages import Action
from signalling.events import EndAsked, HandRaised, RoomsClosed, RoomsOpened
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

SILENCED: Mapping[str, Literal["muted", "camera_stopped", "screen_stopped"]] = {
    "microphone": "muted",
    "camera": "camera_stopped",
    "screen": "screen_stopped",
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
            live.rooms.turns.defer(lambda: places.bring(live, output.identity))
        case Enforce():
            _enforce(live, output.identity)
        case Silence():
            _silence(live, output)
        case Eject():
            _eject(live, output.identity)
        case LetIn():
            live.let_in(output.identity)
        case ShowIn():
            places.show_in(live, output.identity, output.rooms)
        case Hang():
            places.hang(live, output.moderator, output.people)
        case Save():
            live.keeper.changed()
        case SaveTemplate() | SaveGroups():
            _save_beside(live, output)
        case Happened():
            _emit(live, output)
        case End():
            live.around.emit(EndAsked(live.call.id, output.identity, live.around.wall()))
        case _:
            assert_never(output)


def _enforce(live: "LiveCall", identity: str) -> None:
    member = live.call.members[identity]
    bounds = bounds_of(live.call, member)
    for seat in list(places.seats_of(live, identity)):
        if live.number_of(seat.room.name) is not None:
            seat.room.feed(lambda room, who, now: profile.bind(room, who, bounds, now), seat.participant)


def _silence(live: "LiveCall", output: Silence) -> None:
    """Who was silent already is not told."""
    was_on = False
    for seat in list(places.seats_of(live, output.identity)):
        for track in list(seat.participant.tracks.values()):
            if track.info.source in SOURCES[output.source]:
                was_on = was_on or not track.info.muted
                _stop(seat, track.sid, ends=output.source == "screen")
    entry = live.pages.get(output.identity)
    if was_on and output.by and entry is not None:
        entry.page.tell(Note(SILENCED[output.source], by=output.by))


def _stop(seat: Seat, track: str, *, ends: bool) -> None:
    """A microphone or camera is muted and can be switched on again; a shared screen ends."""
    if ends:
        seat.room.feed(lambda room, who, now: publishing.unpublish(room, who, track, now), seat.participant)
    else:
        seat.room.feed(
            lambda room, who, now: publishing.mute_remotely(room, who, track, now, muted=True), seat.participant
        )


def _eject(live: "LiveCall", identity: str) -> None:
    for seat in list(places.seats_of(live, identity)):
        seat.room.remove(seat.participant, Reason.PARTICIPANT_REMOVED, Action.DISCONNECT)


def _save_beside(live: "LiveCall", output: SaveTemplate | SaveGroups) -> None:
    group, store = live.call.group, live.store
    if isinstance(output, SaveTemplate):
        template = saved.dump_template(saved.Template(output.student, output.parent, output.lobby, output.layout))
        live.keeper.save_beside("template", lambda: store.save_template(group, template))
    else:
        groups = saved.dump_groups(output.groups) if output.groups else None
        live.keeper.save_beside(f"groups {output.name}", lambda: store.save_groups(group, output.name, groups))


def _emit(live: "LiveCall", output: Happened) -> None:
    call, at = live.call, live.around.wall()
    match output.what:
        case "hand_raised":
            member = call.members[output.identity]
            sid = next(iter(member.stays), "")
            live.around.emit(HandRaised(call.id, live.name_of(member.room), member.identity, sid, at))
        case "rooms_opened":
            live.around.emit(RoomsOpened(call.id, tuple(group.name for group in call.breakout.opened()), at))
        case "rooms_closed":
            live.around.emit(RoomsClosed(call.id, at))
