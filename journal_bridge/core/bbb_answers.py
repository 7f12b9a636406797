"""BigBlueButton's answers as elements, in its order: clients take them by name, a few by place."""

from collections.abc import Collection, Sequence
from datetime import datetime

from journal_bridge.core.bbb import BbbError
from journal_bridge.core.bbb_meetings import MODERATOR, create_time, details_of, internal_id, their_role
from journal_bridge.core.bbb_xml import Fields
from journal_bridge.core.meetings import Meeting, Visitor

VERSION = "2.0"  # of the interface; Moodle asks for at least this

SUCCESS = ("returncode", "SUCCESS")
FAILED = ("returncode", "FAILED")


def version() -> Fields:
    """What is served without a checksum."""
    return (SUCCESS, ("version", VERSION), ("apiVersion", VERSION), ("bbbVersion", ""), ("graphqlWebsocketUrl", ""))


def failed(error: BbbError) -> Fields:
    """A refusal; its HTTP status is 200 as well."""
    return (FAILED, *message(error.key, error.message))


def message(key: str, text: str) -> Fields:
    """What happened, for programs and for people."""
    return ("messageKey", key), ("message", text)


def created(meeting: Meeting, *, new: bool) -> Fields:
    """The answer to `create`."""
    known = message("duplicateWarning", "This conference was already in existence and may currently be in progress.")
    details = details_of(meeting)
    return (
        SUCCESS,
        ("meetingID", meeting.ext_id),
        ("internalMeetingID", internal_id(meeting)),
        ("parentMeetingID", "bbb-none"),
        ("attendeePW", details.attendee_pw),
        ("moderatorPW", details.moderator_pw),
        ("createTime", create_time(meeting)),
        ("voiceBridge", details.voice_bridge),
        ("dialNumber", details.dial_number),
        ("createDate", _date(meeting.created_at)),
        ("hasUserJoined", meeting.visited_at is not None),
        ("duration", meeting.rules.duration_minutes),
        ("hasBeenForciblyEnded", False),
        *(message("", "") if new else known),
    )


def joined(meeting: Meeting, visitor: str, ticket: str, url: str) -> Fields:
    """The answer to `join` without a redirect. The ticket in the URL is what lets the browser in, once."""
    return (
        SUCCESS,
        *message("successfullyJoined", "You have joined successfully."),
        ("meeting_id", internal_id(meeting)),
        ("user_id", visitor),
        ("auth_token", ticket),
        ("session_token", ticket),
        ("guestStatus", "ALLOW"),
        ("url", url),
    )


def ended() -> Fields:
    """The answer to `end`."""
    text = (
        "A request to end the meeting was sent.  Please wait a few seconds, and then use the getMeetingInfo or "
        "isMeetingRunning API calls to verify that it was ended."
    )
    return (SUCCESS, *message("sentEndMeetingRequest", text))


def running(is_running: bool) -> Fields:
    """The answer to `isMeetingRunning`."""
    return SUCCESS, ("running", is_running)


def info(meeting: Meeting, there: Collection[Visitor]) -> Fields:
    """The answer to `getMeetingInfo`."""
    return (SUCCESS, *described(meeting, there))


def listed(meetings: Sequence[tuple[Meeting, Collection[Visitor]]]) -> Fields:
    """The answer to `getMeetings`."""
    if not meetings:
        return SUCCESS, ("meetings", ()), *message("noMeetings", "no meetings were found on this server")
    return SUCCESS, ("meetings", tuple(("meeting", described(*one)) for one in meetings))


def described(meeting: Meeting, there: Collection[Visitor]) -> Fields:
    """A meeting and who is in it now. What people do with their cameras is not counted: `videoCount` is 0."""
    details = details_of(meeting)
    return (
        ("meetingName", meeting.title),
        ("meetingID", meeting.ext_id),
        ("internalMeetingID", internal_id(meeting)),
        ("createTime", create_time(meeting)),
        ("createDate", _date(meeting.created_at)),
        ("voiceBridge", details.voice_bridge),
        ("dialNumber", details.dial_number),
        ("attendeePW", details.attendee_pw),
        ("moderatorPW", details.moderator_pw),
        ("running", bool(there)),
        ("duration", meeting.rules.duration_minutes),
        ("hasUserJoined", meeting.visited_at is not None),
        ("recording", False),
        ("hasBeenForciblyEnded", False),
        ("startTime", round(meeting.started_at.timestamp() * 1000) if meeting.started_at else 0),
        ("endTime", 0),
        ("participantCount", len(there)),
        ("listenerCount", 0),
        ("voiceParticipantCount", len(there)),
        ("videoCount", 0),
        ("maxUsers", meeting.rules.max_participants),
        ("moderatorCount", sum(visitor.administrator for visitor in there)),
        ("attendees", tuple(("attendee", _attendee(visitor)) for visitor in there)),
        ("metadata", tuple(details.metadata.items())),
        ("isBreakout", False),
    )


def recordings() -> Fields:
    """The answer to `getRecordings`: calls are not recorded yet."""
    return SUCCESS, ("recordings", ()), *message("noRecordings", "There are no recordings for the meeting(s).")


def sessions(meetings: Sequence[tuple[Meeting, Collection[Visitor]]]) -> Fields:
    """The answer to `getSessions`: everybody who is in a meeting now."""
    found = tuple(
        (
            "session",
            (
                ("meetingID", meeting.ext_id),
                ("userID", visitor.ext_id or visitor.id),
                ("userName", visitor.name),
                ("role", their_role(visitor.administrator)),
            ),
        )
        for meeting, there in meetings
        for visitor in there
    )
    return SUCCESS, ("sessions", found), *(() if found else message("noSessions", "no sessions were found"))


def _attendee(visitor: Visitor) -> Fields:
    role = their_role(visitor.administrator)
    return (
        ("userID", visitor.ext_id or visitor.id),
        ("fullName", visitor.name),
        ("role", role),
        ("isPresenter", role == MODERATOR),
        ("isListeningOnly", False),
        ("hasJoinedVoice", True),
        ("hasVideo", False),
        ("clientType", "HTML5"),
    )


def _date(moment: datetime) -> str:
    """Like "Thu Mar 09 15:25:46 UTC 2017", as Java writes it."""
    return moment.strftime("%a %b %d %H:%M:%S UTC %Y")
