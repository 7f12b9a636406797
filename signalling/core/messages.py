"""The long messages of joining, resuming and leaving."""

from livekit.protocol import models, rtc

from signalling.core.participant import Participant
from signalling.core.room import Room, ServerFacts

PROTOCOL = 17
"""The LiveKit protocol number that we speak; 16 is the newest that changes what we do (room_moved)."""

PING_INTERVAL = 5
"""Seconds between a client's pings."""

PING_TIMEOUT = 15
"""Seconds without any message after which a client resumes."""

PUBLISH_CODECS = ("audio/opus", "video/VP8", "video/H264")
"""What clients may publish. Not empty, so that clients publish in one round trip; no VP9 and AV1, so no SVC."""

Action = rtc.LeaveRequest.Action


def server_info(facts: ServerFacts) -> models.ServerInfo:
    """What we claim to be; clients decide by it what they dare to use."""
    return models.ServerInfo(
        edition=models.ServerInfo.Edition.Standard, version=facts.version, protocol=PROTOCOL, node_id=facts.node
    )


def join_response(room: Room, participant: Participant) -> rtc.SignalResponse:
    """The first message to somebody new."""
    others = [other.known() for other in room.others(participant) if other.is_visible]
    return rtc.SignalResponse(
        join=rtc.JoinResponse(
            room=room.message(),
            participant=participant.info(),
            other_participants=others,
            server_version=room.facts.version,
            server_info=server_info(room.facts),
            ice_servers=room.facts.ice_servers,
            subscriber_primary=True,
            fast_publish=participant.permission.publish,
            ping_interval=PING_INTERVAL,
            ping_timeout=PING_TIMEOUT,
            enabled_publish_codecs=[models.Codec(mime=mime) for mime in PUBLISH_CODECS],
        )
    )


def reconnect_response(room: Room, participant: Participant) -> rtc.SignalResponse:
    """The first message to somebody who resumes."""
    return rtc.SignalResponse(
        reconnect=rtc.ReconnectResponse(
            ice_servers=room.facts.ice_servers,
            server_info=server_info(room.facts),
            last_message_seq=participant.last_sequence,
        )
    )


def full_update(room: Room, participant: Participant, now: float) -> rtc.SignalResponse:
    """Everybody it may know of: those who left while it was away, itself, and those who are here.

    Some clients remove who is not in it, others (JS) only who is said to have left.
    """
    infos = [*room.departed(now), participant.info(pending=True)]
    infos += [other.known() for other in room.others(participant) if other.is_visible]
    return rtc.SignalResponse(update=rtc.ParticipantUpdate(participants=infos))


def leave_response(reason: models.DisconnectReason, action: Action) -> rtc.SignalResponse:
    """Clients before protocol 13 only read `can_reconnect`, so both are filled."""
    leave = rtc.LeaveRequest(reason=reason, action=action, can_reconnect=action != Action.DISCONNECT)
    return rtc.SignalResponse(leave=leave)
