"""What somebody may do in a call, and what follows for their media."""

from livekit.protocol import models

from signalling.core.bounds import Bounds, Unmuting
from signalling.core.call.messages import Rights
from signalling.core.call.outputs import Enforce
from signalling.core.call.state import Call, Member
from signalling.core.grants import Permission

EVERYTHING = Rights(screen=True, board=True)

Source = models.TrackSource


def rights_of(call: Call, member: Member) -> Rights:
    """The person's own, or those of the role; teachers may do everything."""
    if member.learner is None:
        return EVERYTHING
    return member.rights or call.rights[member.learner]


def may_draw(call: Call, identity: str) -> bool:
    """Whether somebody may draw on the call's board now."""
    member = call.members.get(identity)
    return member is not None and member.standing == "in" and rights_of(call, member).board


def bounds_of(call: Call, member: Member) -> Bounds:
    """What binds the person's participants in all rooms of the call."""
    audience = frozenset(one.identity for one in call.members.values() if one.moderator)
    return Bounds(
        permission=permission_of(call, member),
        admin=leads(member),
        unmuting=unmuting_of(call, member),
        camera_audience=audience if member.camera_hidden else None,
    )


def leads(member: Member) -> bool:
    """Whether somebody may administer the call's rooms by the server interface now."""
    return member.moderator and member.standing == "in"


def permission_of(call: Call, member: Member) -> Permission:
    """What the person's participant may do. No source at all is no publishing: an empty set would mean every source."""
    if member.learner is None:
        return Permission()
    rights = rights_of(call, member)
    sources = {Source.MICROPHONE} if rights.microphone else set()
    if rights.camera:
        sources.add(Source.CAMERA)
    if rights.screen:
        sources.add(Source.SCREEN_SHARE)
        # A client can send any sound as that of a screen, and screens are never muted.
        if rights.microphone and rights.unmute:
            sources.add(Source.SCREEN_SHARE_AUDIO)
    return Permission(publish=bool(sources), publish_data=rights.chat, sources=frozenset(sources))


def unmuting_of(call: Call, member: Member) -> Unmuting:
    """Whether the person may switch the microphone on."""
    if rights_of(call, member).unmute:
        return "free"
    return "once" if member.may_unmute else "never"


def unmute_used(call: Call, identity: str) -> None:
    """Somebody who was asked to unmute has done so and is muted again."""
    member = call.members.get(identity)
    if member is not None:
        end_allowance(call, member)


def end_allowance(call: Call, member: Member) -> None:
    """Whoever was asked to unmute may do so no longer."""
    if member.may_unmute:
        member.may_unmute = False
        call.put(Enforce(member.identity))
        call.touch("you")


def moderators_changed(call: Call) -> None:
    """Hidden cameras are for those who are moderators now."""
    for member in call.members.values():
        if member.camera_hidden:
            call.put(Enforce(member.identity))
