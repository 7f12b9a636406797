"""«Доступы участников»: moderators decide what others may do, at once and for everybody of a role or one person."""

from collections.abc import Iterable

from signalling.core.call import hands
from signalling.core.call.messages import KeepTemplate, Note, SetPersonRights, SetRights
from signalling.core.call.outputs import Enforce, SaveTemplate
from signalling.core.call.rights import rights_of
from signalling.core.call.state import Call, Member
from signalling.core.errors import Refusal, UserError


def set_rights(call: Call, member: Member, request: SetRights, now: float) -> None:
    """Whoever has rights of their own keeps them."""
    if call.rights[request.role] == request.rights:
        return
    call.rights[request.role] = request.rights
    bound = [one for one in call.members.values() if one.learner == request.role and one.rights is None]
    _apply(call, bound, by=member)
    call.touch("call")


def set_person_rights(call: Call, member: Member, request: SetPersonRights, now: float) -> None:
    """Of a learner; nobody else is bound by rights."""
    other = call.find(request.identity)
    if other.learner is None:
        raise UserError(Refusal.PRECONDITION, "teachers may do everything")
    other.rights = request.rights
    _apply(call, [other], by=member)


def _apply(call: Call, members: Iterable[Member], *, by: Member) -> None:
    """A microphone that is on stays on: whoever is to be silent is muted."""
    for one in members:
        if one.present:
            call.put(Enforce(one.identity))
        if one.hand_since is not None and not rights_of(call, one).hand:
            hands.lower(call, one)
            call.tell(one, Note("hand_lowered", by=by.name))
    call.touch("you", "people")
    call.keep()


def keep_template(call: Call, member: Member, request: KeepTemplate, now: float) -> None:
    """The class's next calls begin like this one is now."""
    if not call.group:
        raise UserError(Refusal.PRECONDITION, "the call belongs to no class that could keep a template")
    call.put(SaveTemplate(call.rights["student"], call.rights["parent"], call.lobby, call.layout))
