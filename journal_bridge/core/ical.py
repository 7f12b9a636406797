"""Lessons as an iCalendar (RFC 5545). In: calls, where browsers reach us. Out: the calendar's bytes.

The same calls give the same bytes: nothing depends on when somebody asks. Of people only what a lesson's title says is
in it; whoever follows its address to the call must show at the door who they are.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vDuration

from journal_bridge.core import titles
from journal_bridge.core.records import Call

BACK, AHEAD = timedelta(days=60), timedelta(days=180)
LESSON = timedelta(minutes=45)  # where the journal did not say when it ends
REFRESH = timedelta(minutes=15)  # how often programs may ask
PRODUCT = "-//Zvonok//Lessons//RU"
HOST = "zvonok"  # right of a UID's @: section 3.8.4.7 wants it unique, and a server's name may change


def bounds(now: datetime) -> tuple[datetime, datetime]:
    """The window of a calendar: whole days, so that it is the same from one question to the next."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return today - BACK, today + AHEAD


def render(title: str, calls: Sequence[Call], origin: str) -> bytes:
    """The calendar named `title`; calls that were removed stay in it as cancelled."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", title)  # RFC 7986 section 5.1
    calendar.add("x-wr-calname", title)  # what programs read that do not know it
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})  # RFC 7986 section 5.7
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for call in calls:
        calendar.add_component(_event(call, origin))
    return bytes(calendar.to_ical())


def _event(call: Call, origin: str) -> Event:
    """Moments are in UTC: programs know their user's zone, and often have old rules of Russia's zones."""
    event = Event()
    event.add("uid", f"{call.id}@{HOST}")
    event.add("dtstamp", call.updated_at)  # section 3.8.7.2: with METHOD, when this instance was made
    event.add("created", call.created_at)
    event.add("last-modified", call.updated_at)
    event.add("sequence", _sequence(call))
    event.add("dtstart", call.starts_at)
    event.add("dtend", call.ends_at or call.starts_at + LESSON)
    event.add("summary", f"{titles.title(call)} · {call.class_.title}")
    event.add("url", f"{origin}/call/{call.id}")
    event.add("status", "CANCELLED" if call.deleted else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if call.deleted else "OPAQUE")
    return event


def _sequence(call: Call) -> int:
    """Section 3.8.7.4: it grows with each change. Whole seconds since the call was planned do."""
    return max(0, int((call.updated_at - call.created_at).total_seconds()))
