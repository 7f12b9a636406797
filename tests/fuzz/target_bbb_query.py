"""BigBlueButton's query and form. Invariant: whatever the bytes are, checked values or a refusal with a key; and only
who has the secret is believed."""

import hashlib
from xml.etree.ElementTree import fromstring

from journal_bridge.core import bbb, bbb_answers, bbb_meetings, bbb_xml
from journal_bridge.core.bbb import BbbError, Parameters
from journal_bridge.core.meetings import USUAL

SECRET = "a-secret-that-the-fuzzer-does-not-know-0123"

SEEDS: tuple[bytes, ...] = (
    b"",
    b"name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444&checksum=1fcbb0c4fc1f039f73aa6d697d2db",
    b"meetingID=a%00b&fullName=%D0%90&role=VIEWER&createTime=1531155809613&guest=true\nname=x&checksum=0",
    b"meetingID=aa&name=<b>&meta_x-1=%ff&duration=-1&maxParticipants=30&guestPolicy=ASK_MODERATOR",
    b"checksum=a&checksum=b&&==&a",
)


def fuzz(data: bytes) -> None:
    query, _, form = data.decode(errors="surrogateescape").partition("\n")
    try:
        signed = bbb.read(query, form)
    except BbbError as error:
        assert error.key in ("checksumError", "validationError")
        return
    try:
        bbb.client_of(signed, "create", {"one": SECRET})
    except BbbError as error:
        assert error.key == "checksumError"
    else:
        raise AssertionError("a checksum was guessed")
    whole = "&".join(part for part in query.split("&") if part.partition("=")[0] != "checksum")
    right = hashlib.sha256(("create" + whole + SECRET).encode(errors="surrogateescape")).hexdigest()
    again = bbb.read(f"{whole}&checksum={right}" if whole else f"checksum={right}")
    assert bbb.client_of(again, "create", {"one": SECRET}) == "one"
    _values(signed.parameters)


def _values(parameters: Parameters) -> None:
    """What the calls make of the parameters; texts that came in go out as XML."""
    try:
        asked = bbb_meetings.asked(parameters, bytes(2 * bbb_meetings.PASSWORD_BYTES))
    except BbbError as error:
        assert error.key == "validationError"
    else:
        assert 2 <= len(asked.ext_id) <= 256 and 0 < len(asked.title) <= 256
        asked.title.encode()
        assert min(asked.rules.duration_minutes, asked.rules.max_participants) >= USUAL.max_participants
        fields = (bbb_answers.SUCCESS, ("title", asked.title), ("metadata", tuple(asked.details.metadata.items())))
        assert fromstring(bbb_xml.answer(fields)).findtext("title") == asked.title
    try:
        who = bbb_meetings.joining(parameters)
    except BbbError as error:
        assert error.key == "validationError"
    else:
        assert 0 < len(who.name) <= 256
        assert who.leave_url == "" or who.leave_url.lower().startswith(("http://", "https://"))
