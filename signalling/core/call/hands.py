"""Raised hands, in the order of raising."""

from signalling.core.call.messages import LowerAllHands, LowerHand, Note, RaiseHand
from signalling.core.call.outputs import Happened
from signalling.core.call.rights import rights_of
from signalling.core.call.state import Call, Member
from signalling.core.errors import Refusal, UserError


def raised(call: Call) -> list[Member]:
    """Who has raised a hand, the first first."""
    hands = [member for member in call.members.values() if member.hand_since is not None]
    return sorted(hands, key=lambda member: (member.hand_since or 0.0, member.identity))


def raise_hand(call: Call, member: Member, request: RaiseHand, now: float) -> None:
    """Once for each raising the other features are told."""
    if not rights_of(call, member).hand:
        raise UserError(Refusal.NOT_ALLOWED, "raising a hand is not permitted")
    if member.hand_since is None:
        member.hand_since = now
        call.put(Happened("hand_raised", member.identity))
        call.touch("hands", "people")


def lower_hand(call: Call, member: Member, request: LowerHand, now: float) -> None:
    """The own one, or a moderator lowers another's, who is told."""
    if request.identity in ("", member.identity):
        lower(call, member)
        return
    if not member.moderator:
        raise UserError(Refusal.NOT_ALLOWED, "only a moderator lowers the hands of others")
    other = call.find(request.identity)
    if other.hand_since is not None:
        lower(call, other)
        call.tell(other, Note("hand_lowered", by=member.name))


def lower_all(call: Call, member: Member, request: LowerAllHands, now: float) -> None:
    """Everybody's, and everybody is told."""
    for other in raised(call):
        lower(call, other)
        if other is not member:
            call.tell(other, Note("hand_lowered", by=member.name))


def lower(call: Call, member: Member) -> None:
    """Somebody's hand is down."""
    member.hand_since = None
    call.touch("hands", "people")
