"""What a journal asks of a call: the same requests as those of pages, as if by somebody who leads the call unseen."""

from signalling.core.call import handling, preparing
from signalling.core.call.messages import (
    Assign,
    CloseRooms,
    Learner,
    OpenRooms,
    PrepareRooms,
    Rights,
    SetRights,
    TellRooms,
)
from signalling.core.call.state import Call, Member
from signalling.core.errors import Refusal, UserError
from signalling.ports import RoomsPlan

JOURNAL = Member("", "", "administrator")


def permit(call: Call, rights: dict[Learner, Rights], now: float) -> bool:
    """Whether anything changed."""
    changed = {role: given for role, given in rights.items() if call.rights[role] != given}
    for role, given in changed.items():
        handling.handle(call, JOURNAL, SetRights(0, role, given), now)
    return bool(changed)


def prepare_rooms(call: Call, plan: RoomsPlan, now: float) -> bool:
    """Whether anything changed: the same plan again leaves rooms as they are, with the same lots."""
    rooms = call.breakout
    seed = rooms.seed if plan.seed is None and plan.mode == rooms.mode else plan.seed
    request = PrepareRooms(0, plan.mode, plan.rooms, tuple(plan.names), seed)
    _check(call, plan)
    _, groups = preparing.plan(call, request, now)
    wanted = {identity: name for name, identities in groups for identity in identities}
    wanted |= {identity: groups[room - 1][0] for identity, room in plan.assignments.items()}
    names = [group.name for group in rooms.rooms.values()]
    present = {identity: rooms.name(number) for identity, number in rooms.assigned.items()}
    chosen = plan.mode == "self" and wanted.items() <= present.items()
    same = rooms.mode == plan.mode and names == [name for name, _ in groups] and (chosen or present == wanted)
    if same and rooms.minutes == plan.minutes:
        return False
    if not same:
        _lay(call, request, plan, now)
    rooms.minutes = plan.minutes
    call.keep()
    return True


def _check(call: Call, plan: RoomsPlan) -> None:
    for identity, room in plan.assignments.items():
        if call.find(identity).standing == "removed" or not 1 <= room <= plan.rooms:
            raise UserError(Refusal.INVALID, "assignments name rooms from 1 to their count, and nobody who was removed")


def _lay(call: Call, request: PrepareRooms, plan: RoomsPlan, now: float) -> None:
    handling.handle(call, JOURNAL, request, now)
    numbers = list(call.breakout.rooms)
    for identity, room in plan.assignments.items():
        handling.handle(call, JOURNAL, Assign(0, identity, numbers[room - 1]), now)


def open_rooms(call: Call, minutes: int | None, now: float) -> None:
    """None: as long as was planned."""
    handling.handle(call, JOURNAL, OpenRooms(0, minutes or call.breakout.minutes), now)


def close_rooms(call: Call, seconds: int, now: float) -> None:
    """Nothing happens when none is open."""
    if call.breakout.opened():
        handling.handle(call, JOURNAL, CloseRooms(0, seconds), now)


def tell_rooms(call: Call, text: str, now: float) -> None:
    """To everybody in the call."""
    handling.handle(call, JOURNAL, TellRooms(0, text), now)
