"""What BigBlueButton's `create` and `join` say of a meeting and of a person, as values of ours."""

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct

from identity.core.claims import Role
from journal_bridge.core.bbb import BbbError, Parameters, invalid, is_web_address, meeting_id
from journal_bridge.core.meetings import EMPTY_MINUTES, Meeting, Rules

CLIENT_PREFIX = "bbb:"
MAX_NAME = 256  # characters; what is longer is cut, since platforms make names of courses and groups
MAX_USER_ID = 256
PASSWORD_BYTES = 10
UNVISITED_MINUTES = 60  # BigBlueButton waits 5; a teacher who opens the lesson in the break shall find it

MODERATOR, VIEWER = "MODERATOR", "VIEWER"
_META_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_GUESTS_ENTER = ("", "ALWAYS_ACCEPT", "ALWAYS_ACCEPT_AUTH")
_POLICIES = (*_GUESTS_ENTER, "ALWAYS_DENY", "ASK_MODERATOR")


class Details(Struct, frozen=True):
    """What is kept with a meeting for its client."""

    attendee_pw: str
    moderator_pw: str
    voice_bridge: str
    dial_number: str
    record: bool
    guest_policy: str
    leave_url: str
    metadata: dict[str, str]  # names in lower case
    end_urls: list[str]
    analytics_url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A meeting as `create` wants it."""

    ext_id: str
    title: str
    rules: Rules
    details: Details
    attendee_pw: str  # "" when we chose it
    moderator_pw: str


@dataclass(frozen=True, slots=True)
class Joining:
    """A person as `join` describes them. Whether they may is decided by `role_of`."""

    ext_id: str  # the meeting's
    name: str
    user_id: str | None
    password: str
    role: str
    guest: bool
    create_time: int | None
    leave_url: str
    redirect: bool


def asked(parameters: Parameters, random: bytes) -> Asked:
    """What `create` wants. Passwords and voice bridge that are not given come from `random`. Raises BbbError."""
    assert len(random) == 2 * PASSWORD_BYTES
    metadata = {
        name.lower(): value for name, value in parameters.prefixed("meta_").items() if _META_NAME.fullmatch(name)
    }
    policy = parameters.text("guestPolicy").upper()
    if policy not in _POLICIES:
        raise invalid("guestPolicy is ALWAYS_ACCEPT, ALWAYS_DENY or ASK_MODERATOR.")
    attendee, moderator = parameters.text("attendeePW"), parameters.text("moderatorPW")
    if attendee and attendee == moderator:
        raise invalid("attendeePW and moderatorPW must differ.")
    ends = (metadata.get("endcallbackurl", ""), parameters.text("meetingEndedURL"))
    return Asked(
        ext_id=meeting_id(parameters),
        title=(parameters.text("name") or meeting_id(parameters))[:MAX_NAME],
        rules=_rules(parameters),
        attendee_pw=attendee,
        moderator_pw=moderator,
        details=Details(
            attendee_pw=attendee or _password(random[:PASSWORD_BYTES]),
            moderator_pw=moderator or _password(random[PASSWORD_BYTES:]),
            voice_bridge=parameters.text("voiceBridge") or str(70000 + int.from_bytes(random[:2]) % 30000),
            dial_number=parameters.text("dialNumber"),
            record=parameters.flag("record"),
            guest_policy=policy,
            leave_url=_link(parameters.text("logoutURL")),
            metadata=metadata,
            end_urls=[url for url in ends if is_web_address(url)],
            analytics_url=_link(metadata.get("analytics-callback-url", "")),
        ),
    )


def joining(parameters: Parameters) -> Joining:
    """Who wants to join which meeting. Raises BbbError."""
    name, user_id = parameters.text("fullName")[:MAX_NAME], parameters.text("userID")
    if not name:
        raise invalid("fullName is missing.")
    if len(user_id) > MAX_USER_ID:
        raise invalid(f"userID has {MAX_USER_ID} characters at most.")
    role = parameters.text("role").upper()
    if role not in ("", MODERATOR, VIEWER):
        raise invalid("role is MODERATOR or VIEWER.")
    time = parameters.text("createTime")
    if time and not re.fullmatch("[0-9]{1,15}", time):
        raise invalid("createTime is a number of milliseconds.")
    return Joining(
        ext_id=meeting_id(parameters),
        name=name,
        user_id=user_id or None,
        password=parameters.text("password"),
        role=role,
        guest=parameters.flag("guest"),
        create_time=int(time) if time else None,
        leave_url=_link(parameters.text("logoutURL")),
        redirect=parameters.flag("redirect", default=True),
    )


def role_of(who: Joining, meeting: Meeting) -> str:
    """MODERATOR or VIEWER: by the role that is asked for, else by the password. Raises BbbError."""
    details = details_of(meeting)
    if who.create_time is not None and who.create_time != create_time(meeting):
        raise BbbError("mismatchCreateTimeParam", "The createTime parameter submitted mismatches with the meeting.")
    if who.guest and details.guest_policy not in _GUESTS_ENTER:
        raise BbbError("guestDeny", "Guests are not let into this meeting.")
    if who.role:
        return who.role
    if _same(who.password, details.moderator_pw):
        return MODERATOR
    if _same(who.password, details.attendee_pw):
        return VIEWER
    raise _wrong_password()


def check_end(password: str, meeting: Meeting) -> None:
    """Raises BbbError when a password is given that is not the moderators'; clients may leave it out."""
    if password and not _same(password, details_of(meeting).moderator_pw):
        raise _wrong_password()


def check_room(meeting: Meeting, there: int) -> None:
    """Raises BbbError when the meeting is full."""
    if meeting.rules.max_participants and there >= meeting.rules.max_participants:
        raise BbbError(
            "maxParticipantsReached", "The number of participants allowed for this meeting has been reached."
        )


def check_same(new: Asked, known: Meeting) -> None:
    """Raises BbbError when `create` is repeated with other passwords."""
    details = details_of(known)
    if new.attendee_pw not in ("", details.attendee_pw) or new.moderator_pw not in ("", details.moderator_pw):
        raise BbbError(
            "idNotUnique",
            "A meeting already exists with that meeting ID.  Please use a different meeting ID.",
        )


def our_role(role: str) -> tuple[Role, bool]:
    """BigBlueButton's role as ours: role and whether the person administers the call."""
    return ("teacher", True) if role == MODERATOR else ("student", False)


def their_role(administrator: bool) -> str:
    """The other way round."""
    return MODERATOR if administrator else VIEWER


def details_of(meeting: Meeting) -> Details:
    """What was kept with a meeting."""
    return msgspec.convert(meeting.details, Details)


def kept(details: Details) -> dict[str, Any]:
    """What to keep with a meeting."""
    found: dict[str, Any] = msgspec.to_builtins(details)
    return found


def create_time(meeting: Meeting) -> int:
    """Milliseconds since the epoch; with the meeting's id, a client's proof that it means this very meeting."""
    return round(meeting.created_at.timestamp() * 1000)


def internal_id(meeting: Meeting) -> str:
    """Like BigBlueButton's own, `<sha1>-<createTime>`: Greenlight and others read the time from it.

    The recordID of the meeting's recording is the same text: Moodle keeps it when it creates the meeting.
    """
    named = f"{meeting.client}/{meeting.ext_id}"
    return f"{hashlib.sha1(named.encode(), usedforsecurity=False).hexdigest()}-{create_time(meeting)}"


def _rules(parameters: Parameters) -> Rules:
    return Rules(
        duration_minutes=parameters.number("duration", 0),
        empty_minutes=parameters.number("meetingExpireWhenLastUserLeftInMinutes", EMPTY_MINUTES),
        unvisited_minutes=parameters.number("meetingExpireIfNoUserJoinedInMinutes", UNVISITED_MINUTES),
        max_participants=parameters.number("maxParticipants", 0),
    )


def _password(random: bytes) -> str:
    return b32encode(random).decode().lower()


def _same(password: str, right: str) -> bool:
    return hmac.compare_digest(password.encode(), right.encode())


def _wrong_password() -> BbbError:
    message = "You either did not supply a password or the password supplied is neither the attendee or moderator"
    return BbbError("invalidPassword", f"{message} password for this conference.")


def _link(text: str) -> str:
    return text if is_web_address(text) else ""
