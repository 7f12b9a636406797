"""What calls are called, in Russian: people read these."""

import unicodedata
from datetime import tzinfo

from journal_bridge.core.records import Call

LESSON = "Онлайн-урок"
INVISIBLE = ("Cc", "Cf", "Cn", "Co", "Cs")  # such characters turn or hide what stands beside them


def title(call: Call) -> str:
    """«Онлайн-урок №1, Алгебра», or what the teacher wrote instead."""
    return call.own_title or default_title(call.lesson_no, call.subject.title)


def default_title(lesson_no: int, subject: str) -> str:
    """What the form is prefilled with."""
    return f"{LESSON} №{lesson_no}, {subject}"


def full_title(call: Call, tz: tzinfo) -> str:
    """«Онлайн-урок 7В · №1, Алгебра - 26.01 12:00»: the planned call in a list. A title of one's own comes first."""
    head = f"{call.own_title} ·" if call.own_title else LESSON
    at = call.starts_at.astimezone(tz)
    when = f"{at.day:02}.{at.month:02} {at.hour:02}:{at.minute:02}"
    return f"{head} {call.class_.title} · №{call.lesson_no}, {call.subject.title} - {when}"


def guest(name: str) -> str:
    """«Бабушка Ильи (гость)» of what somebody calls themselves; "" when nothing of it can be seen."""
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in INVISIBLE)
    called = " ".join(seen.split())
    return f"{called} (гость)" if called else ""
