"""Who is in a call: expected by the roster, let in at the door, connected to one of its rooms, gone again."""

from collections.abc import Iterable

from signalling.core.call import breakout, rights, walls
from signalling.core.call.messages import Role
from signalling.core.call.names import MAIN
from signalling.core.call.outputs import Place, ShowIn
from signalling.core.call.state import Call, Listed, Member
from signalling.core.errors import Refusal, UserError


def expect(call: Call, people: Iterable[Listed]) -> None:
    """The roster lists these people: they may be assigned to rooms before they come."""
    for listed in people:
        one = call.members.setdefault(listed.identity, Member(listed.identity, listed.name, listed.role))
        one.name = listed.name
    call.touch("people")


def arrive(call: Call, identity: str, name: str, role: Role) -> Member:
    """Somebody is at the door, by the word of those who may let people in: the member with its standing."""
    known = call.members.get(identity)
    led = known is not None and known.moderator
    member = call.members.setdefault(identity, Member(identity, name, role))
    member.name, member.role = name, role
    _stand(call, member)
    if member.moderator != led:
        rights.moderators_changed(call)
    if not member.present:
        member.room = breakout.home(call, member)
    call.touch("people", "you")
    return member


def _stand(call: Call, member: Member) -> None:
    """Learners who come for the first time wait if there is a lobby; who was removed waits in any case."""
    before = (member.standing, member.let_in)
    if member.role == "administrator":
        member.standing = "in"
    elif member.standing == "removed" or (call.lobby and member.learner and not member.let_in):
        member.standing = "lobby"
    member.let_in = member.standing == "in"
    if (member.standing, member.let_in) != before:
        call.keep()


def joined(call: Call, identity: str, sid: str, room: int) -> None:
    """Its media is connected in a room of the call. Who belongs elsewhere is taken there."""
    member = call.members.get(identity)
    if member is None:
        return  # let in by an API key, not by the call's door
    member.stays[sid] = room
    home = room if member.moderator else breakout.home(call, member)
    member.room = home
    if home != room:
        call.put(Place(identity, home))
    if room != MAIN:
        walls.refresh(call)
    call.touch("people", "you", "rooms")


def left(call: Call, identity: str, sid: str, *, moves: bool = False) -> None:
    """Its media is connected in that room no longer; `moves`: it will be in another one in a moment."""
    member = call.members.get(identity)
    if member is None or member.stays.pop(sid, None) is None:
        return
    if not member.present and not moves:
        _gone(call, member)
    call.touch("people", "rooms")


def _gone(call: Call, member: Member) -> None:
    if member.hand_since is not None:
        member.hand_since = None
        call.touch("hands", "you")
    member.speaking_to = ()
    walls.take_down(call, member)


def move(call: Call, member: Member, room: int) -> None:
    """Take somebody to a room, if it is not there; who is away comes there when it is back."""
    if member.room == room:
        return
    hush(call, member)
    member.room = room
    if member.present:
        call.put(Place(member.identity, room))
    call.touch("people", "you", "rooms", "hands")


def hush(call: Call, member: Member) -> None:
    """A moderator is heard and seen in the own room only."""
    if member.speaking_to:
        member.speaking_to = ()
        call.put(ShowIn(member.identity, ()))
        call.touch("you")


def dethrone(call: Call, member: Member) -> None:
    """Somebody is no moderator any longer: no wall, no voice elsewhere, and in the own room only."""
    hush(call, member)
    walls.take_down(call, member)
    move(call, member, breakout.home(call, member))


def room_for(call: Call, member: Member, room: int) -> int:
    """Where somebody gets to who asks for a room now: moderators there while it is open, all others where they belong.
    Raises UserError for who was not let in."""
    if member.standing != "in":
        raise UserError(Refusal.NOT_ALLOWED, "not let into the call")
    if not member.moderator:
        return breakout.home(call, member)
    return room if call.breakout.is_open(room) else MAIN
