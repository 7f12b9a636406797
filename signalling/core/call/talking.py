"""The chat of a call, in memory while it is open, and reactions, which nobody keeps."""

from collections.abc import Iterator

from signalling.core.call.messages import MAX_TEXT, Chat, ChatMessage, React, Reacted, Say
from signalling.core.call.outputs import Tell
from signalling.core.call.rights import rights_of
from signalling.core.call.state import Call, Member
from signalling.core.errors import Refusal, UserError

MAX_KEPT = 500
"""Messages of one call; the oldest are forgotten first."""


def say(call: Call, member: Member, request: Say, now: float) -> None:
    """To the own room, to everybody in the call, or to teachers; whoever says it sees it as well."""
    if not rights_of(call, member).chat:
        raise UserError(Refusal.NOT_ALLOWED, "writing is not permitted")
    if request.to == "call" and not member.moderator:
        raise UserError(Refusal.NOT_ALLOWED, "only moderators write to all rooms at once")
    text = request.text.strip()
    if not 0 < len(text) <= MAX_TEXT:
        raise UserError(Refusal.INVALID, f"a message has 1 to {MAX_TEXT} characters")
    call.last_message += 1
    message = ChatMessage(
        id=call.last_message,
        identity=member.identity,
        name=member.name,
        role=member.role,
        text=text,
        to=request.to,
        room=member.room,
        at=now,
    )
    call.messages.append(message)
    del call.messages[:-MAX_KEPT]
    call.put(Tell(tuple(_readers(call, message)), Chat((message,))))


def history(call: Call, member: Member) -> Chat:
    """What somebody who comes now may read."""
    return Chat(tuple(message for message in call.messages if _may_read(member, message)))


def _readers(call: Call, message: ChatMessage) -> Iterator[str]:
    return (one.identity for one in call.members.values() if _may_read(one, message))


def _may_read(member: Member, message: ChatMessage) -> bool:
    if member.standing != "in":
        return False
    match message.to:
        case "call":
            return True
        case "teachers":
            return member.learner is None or member.identity == message.identity
        case "room":
            return member.room == message.room or member.identity == message.identity


def react(call: Call, member: Member, request: React, now: float) -> None:
    """Seen by those in the same room, and by whoever reacts."""
    to = tuple(one.identity for one in call.members.values() if one.standing == "in" and one.room == member.room)
    call.put(Tell(to, Reacted(member.identity, request.reaction)))
