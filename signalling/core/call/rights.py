"""What somebody may do in a call, and what follows for their media."""

from livekit.protocol import models

from signalling.core.call.messages import Rights
from signalling.core.call.state import Call, Member
from signalling.core.grants import Permission

EVERYTHING = Rights(screen=True, board=True)

Source = models.TrackSource


def rights_of(call: Call, member: Member) -> Rights:
    """The person's own, or those of the role; teachers may do everything."""
    if member.learner is None:
        return EVERYTHING
    return member.rights or call.rights[member.learner]


def permission_of(call: Call, member: Member) -> Permission:
    """What the person's participant may do. No source at all is no publishing: an empty set would mean every source."""
    rights = rights_of(call, member)
    sources = {Source.MICROPHONE} if rights.microphone else set()
    if rights.camera:
        sources.add(Source.CAMERA)
    if rights.screen:
        sources |= {Source.SCREEN_SHARE, Source.SCREEN_SHARE_AUDIO}
    return Permission(publish=bool(sources), publish_data=rights.chat, sources=frozenset(sources))
