"""«Зал ожидания»: who comes waits until a moderator lets them in. Nobody in it sees or hears anything of the call."""

from signalling.core.call import breakout
from signalling.core.call.messages import Admit, AdmitAll, Refuse, SetLobby
from signalling.core.call.moderation import send_out
from signalling.core.call.outputs import LetIn
from signalling.core.call.state import Call, Member
from signalling.core.errors import Refusal, UserError


def set_lobby(call: Call, member: Member, request: SetLobby, now: float) -> None:
    """For learners who have not been in yet. Switching it off lets everybody in who waits."""
    if call.lobby == request.on:
        return
    call.lobby = request.on
    if not request.on:
        admit_all(call, member, AdmitAll(request.id), now)
    call.touch("call")
    call.keep()


def admit(call: Call, member: Member, request: Admit, now: float) -> None:
    """Repeating it changes nothing."""
    other = call.find(request.identity)
    if other.standing == "removed":
        raise UserError(Refusal.PRECONDITION, "the person does not wait")
    if other.standing == "lobby":
        _let_in(call, other)


def admit_all(call: Call, member: Member, request: AdmitAll, now: float) -> None:
    """Everybody who waits."""
    for other in call.members.values():
        if other.standing == "lobby":
            _let_in(call, other)


def refuse(call: Call, member: Member, request: Refuse, now: float) -> None:
    """They may come again, and wait again."""
    other = call.find(request.identity)
    if other.standing != "lobby":
        raise UserError(Refusal.PRECONDITION, "the person does not wait")
    send_out(call, other, "refused")


def _let_in(call: Call, member: Member) -> None:
    member.standing, member.let_in = "in", True
    member.room = breakout.home(call, member)
    call.put(LetIn(member.identity))
    call.touch("call", "you", "hands", "people", "rooms")
    call.keep()
