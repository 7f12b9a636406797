"""Walls of rooms: a moderator sees and hears everybody in breakout rooms, without going anywhere."""

from signalling.core.call.messages import CloseWall, OpenWall
from signalling.core.call.names import MAIN
from signalling.core.call.outputs import Hang
from signalling.core.call.state import Call, Member
from signalling.core.errors import Refusal, UserError


def open_wall(call: Call, member: Member, request: OpenWall, now: float) -> None:
    """It shows whoever is in breakout rooms now, and who comes later. The surroundings add a token to the reply."""
    if not member.present:
        raise UserError(Refusal.PRECONDITION, "only those who are in the call see a wall")
    call.breakout.walls.add(member.identity)
    call.put(Hang(member.identity, _shown(call, member.identity)))


def close_wall(call: Call, member: Member, request: CloseWall, now: float) -> None:
    """Closing none changes nothing."""
    take_down(call, member)


def may_look(call: Call, member: Member) -> bool:
    """Whether somebody has a wall now."""
    return member.moderator and member.standing == "in" and member.identity in call.breakout.walls


def take_down(call: Call, member: Member) -> None:
    """They have no wall any longer, if they had one."""
    if member.identity in call.breakout.walls:
        call.breakout.walls.discard(member.identity)
        call.put(Hang(member.identity, None))


def refresh(call: Call) -> None:
    """Somebody came to a breakout room."""
    for moderator in sorted(call.breakout.walls):
        call.put(Hang(moderator, _shown(call, moderator)))


def _shown(call: Call, moderator: str) -> tuple[str, ...]:
    return tuple(
        one.identity
        for one in call.members.values()
        if one.identity != moderator and any(room != MAIN for room in one.stays.values())
    )
