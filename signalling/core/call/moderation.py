"""What moderators do to others: silence them, ask them to speak, send them out, let them lead, show their stage."""

from signalling.core.call import hands, presence, rights
from signalling.core.call.messages import (
    AskToUnmute,
    EndCall,
    Goodbye,
    HideCamera,
    Mute,
    MuteAll,
    Note,
    RemovePerson,
    SetCoTeacher,
    SetLayout,
)
from signalling.core.call.names import MAIN
from signalling.core.call.outputs import Dismiss, Eject, End, Enforce, Silence
from signalling.core.call.state import Call, Member
from signalling.core.errors import Refusal, UserError


def mute(call: Call, member: Member, request: Mute, now: float) -> None:
    """Who was asked to unmute has to be asked again."""
    other = call.find(request.identity)
    if not other.present:
        raise UserError(Refusal.PRECONDITION, "the person is not connected")
    call.put(Silence(other.identity, request.source, member.name if other is not member else ""))
    if request.source == "microphone":
        rights.end_allowance(call, other)


def mute_all(call: Call, member: Member, request: MuteAll, now: float) -> None:
    """Every microphone but those of moderators."""
    if request.room not in (None, MAIN):
        call.breakout.room(request.room)
    for one in call.members.values():
        if one.present and not one.moderator and request.room in (None, one.room):
            call.put(Silence(one.identity, "microphone", member.name))
            rights.end_allowance(call, one)


def ask_to_unmute(call: Call, member: Member, request: AskToUnmute, now: float) -> None:
    """They decide themselves; nobody switches on another's microphone."""
    other = call.find(request.identity)
    if not other.present:
        raise UserError(Refusal.PRECONDITION, "the person is not connected")
    if not rights.rights_of(call, other).microphone:
        raise UserError(Refusal.PRECONDITION, "the person may not use a microphone at all")
    if not other.may_unmute:
        other.may_unmute = True
        call.put(Enforce(other.identity))
        call.touch("you")
    call.tell(other, Note("asked_to_unmute", by=member.name))


def remove_person(call: Call, member: Member, request: RemovePerson, now: float) -> None:
    """They are out at once, with their tokens, and wait in the lobby when they come back."""
    other = call.find(request.identity)
    if other is member:
        raise UserError(Refusal.PRECONDITION, "nobody removes themselves")
    if other.role == "administrator":
        raise UserError(Refusal.NOT_ALLOWED, "the administrator cannot be removed")
    send_out(call, other, "removed")


def send_out(call: Call, other: Member, why: str) -> None:
    """Their page is told why, and closed."""
    led = other.moderator
    other.standing, other.let_in, other.co_teacher, other.may_unmute = "removed", False, False, False
    hands.lower(call, other)
    presence.hush(call, other)
    call.breakout.assigned.pop(other.identity, None)
    other.room = MAIN
    call.put(Eject(other.identity))
    call.tell(other, Goodbye("refused" if why == "refused" else "removed"))
    call.put(Dismiss(other.identity))
    if led:
        rights.moderators_changed(call)
    call.touch("people", "rooms")
    call.keep()


def set_co_teacher(call: Call, member: Member, request: SetCoTeacher, now: float) -> None:
    """From now on, in whatever room they are."""
    other = call.find(request.identity)
    if other.role == "administrator":
        raise UserError(Refusal.PRECONDITION, "the administrator is a moderator in any case")
    if other.standing != "in":
        raise UserError(Refusal.PRECONDITION, "the person was not let in")
    if other.co_teacher == request.on:
        return
    other.co_teacher = request.on
    if not other.moderator:
        presence.dethrone(call, other)
    call.put(Enforce(other.identity))
    rights.moderators_changed(call)
    call.touch("you", "people", "rooms")
    call.keep()


def hide_camera(call: Call, member: Member, request: HideCamera, now: float) -> None:
    """Everybody's own choice: only moderators receive the picture, in whatever room they are."""
    if member.camera_hidden == request.on:
        return
    member.camera_hidden = request.on
    call.put(Enforce(member.identity))
    call.touch("you", "people")
    call.keep()


def set_layout(call: Call, member: Member, request: SetLayout, now: float) -> None:
    """Pages follow it where people chose to see what the teacher shows."""
    if request.pinned:
        call.find(request.pinned)
    if (call.layout, call.pinned) != (request.layout, request.pinned):
        call.layout, call.pinned = request.layout, request.pinned
        call.touch("call")
        call.keep()


def end_call(call: Call, member: Member, request: EndCall, now: float) -> None:
    """For everybody, in all rooms."""
    call.put(End(member.identity))
