"""Breakout rooms open and close: all or one, at once, after a warning, or when their time is over."""

from collections.abc import Iterable

from signalling.core.call import presence
from signalling.core.call.breakout import Group
from signalling.core.call.messages import (
    MAX_MINUTES,
    CloseRoom,
    CloseRooms,
    Note,
    OpenRoom,
    OpenRooms,
    RemoveRoom,
    SetTimer,
    VisitRoom,
)
from signalling.core.call.names import MAIN
from signalling.core.call.outputs import Happened, ShowIn, Tell
from signalling.core.call.state import Call, Member
from signalling.core.errors import Refusal, UserError

WARNING_SECONDS = 60.0
"""People are told so long before the time is over."""

MAX_RECALL_SECONDS = 3600
"""Of warning: whoever wants more sets a timer."""


def open_rooms(call: Call, member: Member, request: OpenRooms, now: float) -> None:
    """Everybody who is assigned goes there, the others stay. It takes back a recall."""
    ends_at = _end_of(request.minutes, now)
    if not call.breakout.rooms:
        raise UserError(Refusal.PRECONDITION, "there are no rooms to open")
    _open(call, call.breakout.rooms.values())
    _set_end(call, ends_at)


def open_room(call: Call, member: Member, request: OpenRoom, now: float) -> None:
    """One that was closed while others went on, or the only one for now."""
    group = call.breakout.room(request.room)
    if call.breakout.phase == "closing":
        raise UserError(Refusal.PRECONDITION, "rooms are closing")
    _open(call, [group])


def _open(call: Call, groups: Iterable[Group]) -> None:
    rooms = call.breakout
    first = not rooms.opened()
    rooms.step("open")
    for group in groups:
        if not group.open:
            group.open = True
            _send_in(call, group)
    if first:
        call.put(Happened("rooms_opened"))
    _show_speakers(call)
    _changed(call)


def _send_in(call: Call, group: Group) -> None:
    for identity in call.breakout.people(group.id):
        if (member := call.members.get(identity)) is not None:
            presence.move(call, member, group.id)


def _show_speakers(call: Call) -> None:
    """Who speaks to rooms that were closed is heard in them from now on."""
    for member in call.members.values():
        if member.speaking_to:
            show(call, member)


def show(call: Call, member: Member) -> None:
    """A moderator is heard in those of the chosen rooms that are open."""
    call.put(ShowIn(member.identity, tuple(room for room in member.speaking_to if call.breakout.is_open(room))))


def close_rooms(call: Call, member: Member, request: CloseRooms, now: float) -> None:
    """Everybody comes back, after a warning if there is one. A timer that ends earlier stays."""
    rooms, seconds = call.breakout, request.seconds
    if not 0 <= seconds <= MAX_RECALL_SECONDS:
        raise UserError(Refusal.INVALID, f"seconds of warning are 0 to {MAX_RECALL_SECONDS}")
    if seconds == 0:
        _end(call)
        return
    rooms.step("recall")
    ends_at = now + seconds
    rooms.ends_at = min(rooms.ends_at or ends_at, ends_at)
    _warn(call, now, by=member)
    _changed(call)


def set_timer(call: Call, member: Member, request: SetTimer, now: float) -> None:
    """It takes back a recall, too."""
    ends_at = _end_of(request.minutes, now)
    if not call.breakout.opened():
        raise UserError(Refusal.PRECONDITION, "no room is open")
    call.breakout.step("open")
    _set_end(call, ends_at)
    _changed(call)


def _end_of(minutes: int | None, now: float) -> float | None:
    if minutes is None:
        return None
    if not 1 <= minutes <= MAX_MINUTES:
        raise UserError(Refusal.INVALID, f"minutes are 1 to {MAX_MINUTES}")
    return now + minutes * 60


def _set_end(call: Call, ends_at: float | None) -> None:
    call.breakout.ends_at, call.breakout.warned = ends_at, False


def close_room(call: Call, member: Member, request: CloseRoom, now: float) -> None:
    """The others go on; with the last one, all are closed."""
    group = call.breakout.room(request.room)
    if group.open:
        _close(call, group)
        _changed(call)


def _close(call: Call, group: Group) -> None:
    if call.breakout.opened() == [group]:
        _end(call)
        return
    _shut(group)
    _bring_back(call, group.id)
    _show_speakers(call)


def _shut(group: Group) -> None:
    group.open, group.called_at, group.called_by = False, None, ""


def _bring_back(call: Call, room: int) -> None:
    for member in call.members.values():
        if member.room == room:
            presence.move(call, member, MAIN)


def remove_room(call: Call, member: Member, request: RemoveRoom, now: float) -> None:
    """Its people belong to no room."""
    rooms, group = call.breakout, call.breakout.room(request.room)
    if group.open:
        _close(call, group)
    del rooms.rooms[group.id]
    rooms.assigned = {identity: room for identity, room in rooms.assigned.items() if room != group.id}
    if not rooms.rooms:
        rooms.step("clear")
    for one in call.members.values():
        if group.id in one.speaking_to:
            one.speaking_to = tuple(room for room in one.speaking_to if room != group.id)
    _changed(call)


def _end(call: Call) -> None:
    """All rooms close; who belongs where is kept for the next time."""
    rooms = call.breakout
    rooms.step("close")
    _set_end(call, None)
    for group in rooms.rooms.values():
        _shut(group)
    for member in call.members.values():
        presence.move(call, member, MAIN)
        presence.hush(call, member)
    call.put(Happened("rooms_closed"))
    _changed(call)


def visit(call: Call, member: Member, request: VisitRoom, now: float) -> None:
    """A moderator's own assignment stays. Going to a room answers its call."""
    rooms, number = call.breakout, request.room
    if number != MAIN:
        group = rooms.room(number)
        if not group.open:
            raise UserError(Refusal.PRECONDITION, "the room is not open")
        group.called_at, group.called_by = None, ""
    presence.move(call, member, number)
    call.touch("rooms", "you")


# -- what happens because time passes


def poll(call: Call, now: float) -> None:
    """Warn, and close rooms whose time is over."""
    rooms = call.breakout
    if rooms.ends_at is None or not rooms.opened():
        return
    if now >= rooms.ends_at:
        _end(call)
    elif not rooms.warned and now >= rooms.ends_at - WARNING_SECONDS:
        _warn(call, now)
        call.keep()


def deadline(call: Call) -> float | None:
    """When `poll` has to be called next, in seconds since the epoch."""
    rooms = call.breakout
    if rooms.ends_at is None or not rooms.opened():
        return None
    return rooms.ends_at if rooms.warned else rooms.ends_at - WARNING_SECONDS


def _warn(call: Call, now: float, by: Member | None = None) -> None:
    """Those who are in rooms or lead the call, without whoever decided it."""
    rooms = call.breakout
    rooms.warned = True
    to = tuple(one.identity for one in call.members.values() if one is not by and (one.room != MAIN or one.moderator))
    seconds = round((rooms.ends_at or now) - now)
    call.put(Tell(to, Note("rooms_close_soon", by=by.name if by else "", seconds=seconds)))


def _changed(call: Call) -> None:
    call.touch("rooms", "people", "you")
    call.keep()
