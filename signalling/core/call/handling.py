"""Which request is handled by what, and who may ask for it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from signalling.core.call import (
    hands,
    lobby,
    messages,
    moderation,
    permitting,
    preparing,
    reaching,
    running,
    talking,
    walls,
)
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
    messages.SetRights: Rule(permitting.set_rights),
    messages.SetPersonRights: Rule(permitting.set_person_rights),
    messages.KeepTemplate: Rule(permitting.keep_template),
    messages.Mute: Rule(moderation.mute),
    messages.MuteAll: Rule(moderation.mute_all),
    messages.AskToUnmute: Rule(moderation.ask_to_unmute),
    messages.RemovePerson: Rule(moderation.remove_person),
    messages.SetCoTeacher: Rule(moderation.set_co_teacher),
    messages.HideCamera: Rule(moderation.hide_camera, EVERYBODY),
    messages.SetLobby: Rule(lobby.set_lobby),
    messages.Admit: Rule(lobby.admit),
    messages.AdmitAll: Rule(lobby.admit_all),
    messages.Refuse: Rule(lobby.refuse),
    messages.SetLayout: Rule(moderation.set_layout),
    messages.React: Rule(talking.react, EVERYBODY),
    messages.Say: Rule(talking.say, EVERYBODY),
    messages.EndCall: Rule(moderation.end_call),
    messages.PrepareRooms: Rule(preparing.prepare),
    messages.AddRoom: Rule(preparing.add),
    messages.RenameRoom: Rule(preparing.rename),
    messages.Assign: Rule(preparing.assign),
    messages.ChooseRoom: Rule(preparing.choose, EVERYBODY),
    messages.KeepGroups: Rule(preparing.keep),
    messages.ForgetGroups: Rule(preparing.forget),
    messages.OpenRooms: Rule(running.open_rooms),
    messages.OpenRoom: Rule(running.open_room),
    messages.CloseRooms: Rule(running.close_rooms),
    messages.CloseRoom: Rule(running.close_room),
    messages.RemoveRoom: Rule(running.remove_room),
    messages.SetTimer: Rule(running.set_timer),
    messages.VisitRoom: Rule(running.visit),
    messages.TellRooms: Rule(reaching.tell_rooms),
    messages.SpeakToRooms: Rule(reaching.speak_to_rooms),
    messages.CallTeacher: Rule(reaching.call_teacher, EVERYBODY),
    messages.OpenWall: Rule(walls.open_wall),
    messages.CloseWall: Rule(walls.close_wall),
}

BEFORE = frozenset(
    {
        messages.SetRights,
        messages.SetPersonRights,
        messages.KeepTemplate,
        messages.SetLobby,
        messages.SetLayout,
        messages.SetCoTeacher,
        messages.PrepareRooms,
        messages.AddRoom,
        messages.RenameRoom,
        messages.RemoveRoom,
        messages.Assign,
        messages.KeepGroups,
        messages.ForgetGroups,
    }
)
"""What may be asked for before the call runs."""


def handle(call: Call, member: Member, request: messages.Request, now: float) -> None:
    """Do what somebody's page asks for. Raises UserError, and then nothing was changed."""
    rule = RULES.get(type(request))
    if rule is None:
        raise UserError(Refusal.UNSUPPORTED, "this request is not supported")
    if member.standing != "in":
        raise UserError(Refusal.NOT_ALLOWED, "only those who were let in may ask for anything")
    if rule.moderators and not member.moderator:
        raise UserError(Refusal.NOT_ALLOWED, "only the administrator and co-teachers may do this")
    if not call.running and type(request) not in BEFORE:
        raise UserError(Refusal.PRECONDITION, "the call does not run yet")
    rule.handle(call, member, request, now)
