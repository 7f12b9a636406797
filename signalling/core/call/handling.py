"""Which request is handled by what, and who may ask for it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from signalling.core.call import hands, messages
from signalling.core.call.state import Call, Member
from signalling.core.errors import Refusal, UserError

Handler = Callable[[Call, Member, Any, float], None]


class Rule(NamedTuple):
    """A handler; `moderators`: only they may ask for it."""

    handle: Handler
    moderators: bool = True


EVERYBODY = False

RULES: Mapping[type[messages.Request], Rule] = {
    messages.RaiseHand: Rule(hands.raise_hand, EVERYBODY),
    messages.LowerHand: Rule(hands.lower_hand, EVERYBODY),
    messages.LowerAllHands: Rule(hands.lower_all),
}


def handle(call: Call, member: Member, request: messages.Request, now: float) -> None:
    """Do what somebody's page asks for. Raises UserError, and then nothing was changed."""
    rule = RULES.get(type(request))
    if rule is None:
        raise UserError(Refusal.UNSUPPORTED, "this request is not supported")
    if member.standing != "in":
        raise UserError(Refusal.NOT_ALLOWED, "only those who were let in may ask for anything")
    if rule.moderators and not member.moderator:
        raise UserError(Refusal.NOT_ALLOWED, "only the administrator and co-teachers may do this")
    rule.handle(call, member, request, now)
