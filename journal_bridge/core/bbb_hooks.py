"""What platforms are told of their meetings: end callbacks, attendance ("analytics"), bbb-webhooks events.

In: meetings, people, the time. Out: URLs, bodies and proofs. https://docs.bigbluebutton.org/development/webhooks
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode

from journal_bridge.core.attendance import Attendance
from journal_bridge.core.bbb import form_encoded
from journal_bridge.core.bbb_meetings import create_time, details_of, internal_id, their_role
from journal_bridge.core.meetings import Meeting, Visitor

MAX_HOOKS = 50  # of one client
TOKEN_SECONDS = 24 * 3600  # how long a platform whose clock is wrong may still accept our proof

Kind = Literal["end", "analytics", "hook"]
Happening = Literal["meeting-created", "meeting-ended", "user-joined", "user-left"]
HAPPENINGS: tuple[Happening, ...] = ("meeting-created", "meeting-ended", "user-joined", "user-left")


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a client wants to hear of its meetings. `ext_id`: of one meeting only, `events`: of these only."""

    number: int
    client: str
    url: str
    ext_id: str | None
    events: tuple[str, ...]  # empty: all

    def wants(self, happening: Happening, meeting: Meeting) -> bool:
        """Is this for it?"""
        return self.ext_id in (None, meeting.ext_id) and (not self.events or happening in self.events)


def end_url(url: str, meeting: Meeting) -> str:
    """What is asked for (GET) when a meeting has ended. Nothing is recorded yet, so there are no recording marks."""
    return _with_query(url, {"recordingmarks": "false", "meetingID": meeting.ext_id})


def happened(happening: Happening, meeting: Meeting, visitor: Visitor | None, at: float) -> dict[str, Any]:
    """One event as bbb-webhooks writes it; `at` in seconds since the epoch."""
    attributes: dict[str, Any] = {
        "meeting": {"internal-meeting-id": internal_id(meeting), "external-meeting-id": meeting.ext_id}
    }
    if happening == "meeting-created":
        attributes["meeting"] |= _created(meeting)
    if visitor is not None:
        attributes["user"] = {
            "internal-user-id": visitor.id,
            "external-user-id": visitor.ext_id or visitor.id,
            "name": visitor.name,
            "role": their_role(visitor.administrator),
            "presenter": visitor.administrator,
        }
    return {"data": {"type": "event", "id": happening, "attributes": attributes, "event": {"ts": round(at * 1000)}}}


def hook_request(url: str, event: str, timestamp: int, domain: str, secret: str) -> tuple[str, bytes]:
    """Address with checksum, and form body, of one event (JSON). `timestamp` is the same each time it is tried."""
    fields = {"domain": domain, "event": f"[{event}]", "timestamp": str(timestamp)}
    body = "&".join(f"{name}={form_encoded(value)}" for name, value in fields.items())
    checksum = hashlib.sha1((url + body + secret).encode()).hexdigest()
    return _with_query(url, {"checksum": checksum}), body.encode()


def analytics(meeting: Meeting, people: Collection[Attendance]) -> dict[str, Any]:
    """The body of the analytics callback: who was there, and for how long (Moodle's activity completion)."""
    finish = meeting.ended_at or meeting.created_at
    start = meeting.started_at or meeting.created_at
    return {
        "version": "1.0",
        "meeting_id": meeting.ext_id,
        "internal_meeting_id": internal_id(meeting),
        "data": {
            "metadata": {**details_of(meeting).metadata, "meeting_name": meeting.title},
            "duration": round((finish - start).total_seconds()),
            "start": _iso(start),
            "finish": _iso(finish),
            "attendees": [_attended(one, finish) for one in people if one.joins],
            "files": [],
            "polls": [],
        },
    }


def bearer(secret: str, now: float) -> str:
    """A JSON Web Token, HS512, that only who has the secret can make (RFC 7519, RFC 7515 section 3.1)."""
    parts = ({"typ": "JWT", "alg": "HS512"}, {"exp": int(now) + TOKEN_SECONDS})
    text = b".".join(_base64(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return (text + b"." + _base64(hmac.digest(secret.encode(), text, "sha512"))).decode()


def _created(meeting: Meeting) -> Mapping[str, Any]:
    details = details_of(meeting)
    return {
        "name": meeting.title,
        "is-breakout": False,
        "duration": meeting.rules.duration_minutes,
        "create-time": create_time(meeting),
        "record": details.record,
        "voice-conf": details.voice_bridge,
        "dial-number": details.dial_number,
        "max-users": meeting.rules.max_participants,
        "metadata": details.metadata,
    }


def _attended(one: Attendance, finish: datetime) -> dict[str, Any]:
    leaves: Sequence[str] = [_iso(datetime.fromtimestamp(at, UTC)) for at in one.leaves]
    return {
        "ext_user_id": one.attendee.ext_id or one.attendee.id,
        "name": one.attendee.name,
        "moderator": one.attendee.role == "teacher",
        "joins": [_iso(datetime.fromtimestamp(at, UTC)) for at in one.joins],
        "leaves": [*leaves, _iso(finish)] if one.present else list(leaves),
        "duration": one.seconds,
        "recent_talking_time": "",
        "engagement": {
            "chats": 0,
            "talks": 0,
            "raisehand": one.hand_raises,
            "emojis": 0,
            "poll_votes": 0,
            "talk_time": 0,
        },
    }


def _with_query(url: str, values: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(values)}"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _base64(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")
