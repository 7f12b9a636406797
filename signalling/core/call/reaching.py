"""From the main room into breakout rooms and back: a text, a voice, a call for the teacher."""

from signalling.core.call.messages import MAX_TOLD, CallTeacher, Note, SpeakToRooms, TellRooms
from signalling.core.call.names import MAIN
from signalling.core.call.outputs import Tell
from signalling.core.call.running import show
from signalling.core.call.state import Call, Member
from signalling.core.errors import Refusal, UserError


def tell_rooms(call: Call, member: Member, request: TellRooms, now: float) -> None:
    """A text over the picture of everybody else in these rooms, told once."""
    text = request.text.strip()
    if not 0 < len(text) <= MAX_TOLD:
        raise UserError(Refusal.INVALID, f"a text has 1 to {MAX_TOLD} characters")
    rooms = {call.breakout.room(number).id for number in request.rooms}
    to = tuple(
        one.identity
        for one in call.members.values()
        if one is not member and one.standing == "in" and (not rooms or one.room in rooms)
    )
    call.put(Tell(to, Note("told", text=text, by=member.name)))


def speak_to_rooms(call: Call, member: Member, request: SpeakToRooms, now: float) -> None:
    """Rooms that are closed join in when they open."""
    rooms = tuple(dict.fromkeys(call.breakout.room(number).id for number in request.rooms))
    if rooms and member.room != MAIN:
        raise UserError(Refusal.PRECONDITION, "speaking to rooms is for the main room: go back there first")
    member.speaking_to = rooms
    show(call, member)
    call.touch("you")


def call_teacher(call: Call, member: Member, request: CallTeacher, now: float) -> None:
    """The room waits in the queue from its first call on; anybody in it may take that back."""
    if member.moderator:
        raise UserError(Refusal.NOT_ALLOWED, "a moderator is the teacher who is called")
    group = call.breakout.rooms.get(member.room)
    if group is None or not group.open:
        raise UserError(Refusal.PRECONDITION, "calling the teacher is for breakout rooms")
    if not request.on:
        group.called_at, group.called_by = None, ""
    elif group.called_at is None:
        group.called_at, group.called_by = now, member.identity
    call.touch("rooms", "you")
