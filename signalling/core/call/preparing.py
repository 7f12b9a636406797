"""Breakout rooms are laid out: how many, what they are called, who belongs to which, present or not."""

from signalling.core.call import grouping, presence
from signalling.core.call.breakout import Group, home
from signalling.core.call.messages import (
    MAX_NAME,
    MAX_ROOMS,
    AddRoom,
    Assign,
    ChooseRoom,
    ForgetGroups,
    KeepGroups,
    PrepareRooms,
    RenameRoom,
)
from signalling.core.call.names import MAIN
from signalling.core.call.outputs import SaveGroups
from signalling.core.call.state import Call, Member
from signalling.core.errors import Refusal, UserError

MAX_KEPT = 50
"""Sets of groups of one class."""

Groups = list[tuple[str, tuple[str, ...]]]
"""(name, identities) of each room."""


def prepare(call: Call, member: Member, request: PrepareRooms, now: float) -> None:
    """Rooms from before are forgotten; the new ones have numbers of their own."""
    seed, groups = plan(call, request, now)
    rooms = call.breakout
    rooms.step("lay")
    rooms.mode, rooms.seed, rooms.minutes = request.mode, seed, None
    rooms.rooms.clear()
    rooms.assigned.clear()
    for name, identities in groups:
        group = _append(call, name)
        rooms.assigned.update(dict.fromkeys(identities, group.id))
    _changed(call)


def plan(call: Call, request: PrepareRooms, now: float) -> tuple[int | None, Groups]:
    """What a request comes to: the seed, if lots are drawn, and who is in which room. Raises UserError."""
    seed = _seed(request.seed, now) if request.mode == "random" else None
    return seed, _groups(call, request, seed or 0)


def _groups(call: Call, request: PrepareRooms, seed: int) -> Groups:
    if request.mode == "kept":
        kept = call.breakout.kept.get(request.kept)
        if kept is None:
            raise UserError(Refusal.NOT_FOUND, "the class keeps no groups under this name")
        known = call.members.keys()
        return [(name, tuple(one for one in identities if one in known)) for name, identities in kept]
    count = request.count
    if not 1 <= count <= MAX_ROOMS or len(request.names) > count:
        raise UserError(Refusal.INVALID, f"1 to {MAX_ROOMS} rooms, and no more names than rooms")
    names = grouping.titles([clean_name(name) for name in request.names], count)
    shares = _shares(call, count, seed) if request.mode == "random" else [()] * count
    return list(zip(names, shares, strict=True))


def _seed(wanted: int | None, now: float) -> int:
    if wanted is None:
        return grouping.seed_of(now)
    if not 0 <= wanted <= grouping.MAX_SEED:
        raise UserError(Refusal.INVALID, f"a seed is 0 to {grouping.MAX_SEED}")
    return wanted


def _shares(call: Call, count: int, seed: int) -> list[tuple[str, ...]]:
    """Of the learners who are here and the pupils who may still come."""
    learners = [one for one in call.members.values() if one.learner and one.standing != "removed"]
    present = [one.identity for one in learners if one.present]
    absent = [one.identity for one in learners if not one.present and one.role == "student"]
    return grouping.dealt(present, absent, count, seed)


def add(call: Call, member: Member, request: AddRoom, now: float) -> None:
    """It opens at once if others are open."""
    rooms = call.breakout
    if len(rooms.rooms) >= MAX_ROOMS:
        raise UserError(Refusal.LIMIT_EXCEEDED, f"there are {MAX_ROOMS} rooms already")
    name = clean_name(request.name)
    if rooms.phase == "none":
        rooms.step("lay")
        rooms.mode, rooms.seed = "manual", None
    taken = [group.name for group in rooms.rooms.values()]
    group = _append(call, name or grouping.free_title(taken, len(taken)))
    group.open = rooms.phase == "open"
    _changed(call)


def _append(call: Call, name: str) -> Group:
    rooms = call.breakout
    rooms.last += 1
    group = rooms.rooms[rooms.last] = Group(rooms.last, name)
    return group


def rename(call: Call, member: Member, request: RenameRoom, now: float) -> None:
    """People in it see the new name."""
    group, name = call.breakout.room(request.room), clean_name(request.name)
    if not name:
        raise UserError(Refusal.INVALID, "a room needs a name")
    group.name = name
    _changed(call)


def assign(call: Call, member: Member, request: Assign, now: float) -> None:
    """Also for those who are not here; a moderator who is assigned goes there, and may go elsewhere afterwards."""
    other = call.find(request.identity)
    if other.standing == "removed":
        raise UserError(Refusal.PRECONDITION, "the person was removed from the call")
    _put_into(call, other, request.room)


def choose(call: Call, member: Member, request: ChooseRoom, now: float) -> None:
    """Not while rooms are closing: there is no time to go anywhere."""
    rooms = call.breakout
    if member.moderator:
        raise UserError(Refusal.NOT_ALLOWED, "moderators visit rooms instead of choosing one")
    if rooms.mode != "self" or rooms.phase not in ("prepared", "open"):
        raise UserError(Refusal.PRECONDITION, "rooms cannot be chosen now")
    _put_into(call, member, request.room)


def _put_into(call: Call, member: Member, room: int) -> None:
    if room != MAIN:
        call.breakout.room(room)
    call.breakout.assigned.pop(member.identity, None)
    if room != MAIN:
        call.breakout.assigned[member.identity] = room
    presence.move(call, member, home(call, member))
    _changed(call)


def keep(call: Call, member: Member, request: KeepGroups, now: float) -> None:
    """A set of the same name is replaced."""
    rooms, name = call.breakout, clean_name(request.name)
    if not call.group:
        raise UserError(Refusal.PRECONDITION, "the call belongs to no class that could keep groups")
    if not rooms.rooms:
        raise UserError(Refusal.PRECONDITION, "there are no rooms")
    if not name:
        raise UserError(Refusal.INVALID, "groups need a name")
    if name not in rooms.kept and len(rooms.kept) >= MAX_KEPT:
        raise UserError(Refusal.LIMIT_EXCEEDED, f"a class keeps up to {MAX_KEPT} sets of groups")
    rooms.kept[name] = tuple((group.name, rooms.people(group.id)) for group in rooms.rooms.values())
    call.put(SaveGroups(name, rooms.kept[name]))
    call.touch("rooms")


def forget(call: Call, member: Member, request: ForgetGroups, now: float) -> None:
    """Rooms that were made of them stay."""
    if call.breakout.kept.pop(request.name, None) is None:
        raise UserError(Refusal.NOT_FOUND, "the class keeps no groups under this name")
    call.put(SaveGroups(request.name, ()))
    call.touch("rooms")


def clean_name(name: str) -> str:
    """A name as people see it, on one line; "" stays "". Raises UserError."""
    clean = " ".join(name.split())
    if len(clean) > MAX_NAME or any(letter < " " or letter == "\x7f" for letter in clean):
        raise UserError(Refusal.INVALID, f"a name has up to {MAX_NAME} characters that can be seen")
    return clean


def _changed(call: Call) -> None:
    call.touch("rooms", "people", "you")
    call.keep()
