"""The life of a call as a table, and what may change when."""

from collections.abc import Collection, Mapping
from typing import Literal

from journal_bridge.core.problems import FieldError, ProblemError
from journal_bridge.core.records import Call, Status

Action = Literal["start", "end", "delete"]
Scope = Literal["subject", "teacher"]
"""Which calls exclude each other: those of one class and subject, or all of one teacher (D10 allows both readings)."""

TRANSITIONS: Mapping[Status, Mapping[Action, Status]] = {
    "planned": {"start": "running", "delete": "ended"},
    "running": {"start": "running", "end": "ended", "delete": "ended"},
    "ended": {"end": "ended", "delete": "ended"},
}
"""Repeating an action changes nothing; what is missing here is refused by `REFUSALS`."""

REFUSALS: Mapping[Status, str] = {"planned": "call_not_running", "ended": "call_ended"}

FIXED_WHILE_RUNNING = frozenset({"lesson_no", "starts_at", "teacher"})
"""What people were told when they entered: the lesson, its hour and who holds it."""


def after(status: Status, action: Action) -> Status:
    """The status an action leads to. Raises ProblemError when the table has no such step."""
    following = TRANSITIONS[status].get(action)
    if following is None:
        raise ProblemError(REFUSALS[status], f"A {status} call cannot be {action}ed.")
    return following


def check_changes(status: Status, fields: Collection[str]) -> None:
    """Raises ProblemError when a field is fixed in this status; `fields` are those whose value really changes."""
    if not fields:
        return
    if status == "ended":
        raise ProblemError("call_ended", "An ended call cannot be changed.")
    if status == "running" and (fixed := sorted(FIXED_WHILE_RUNNING.intersection(fields))):
        names = ", ".join(fixed)
        raise ProblemError(
            "field_fixed",
            f"These fields cannot change while the call is running: {names}.",
            errors=[FieldError(name, "field_fixed", "cannot change while the call is running") for name in fixed],
        )


def slot(call: Call, scope: Scope) -> str:
    """What a running call occupies: two running calls never share a slot."""
    return f"{call.class_.id}/{call.subject.id}" if scope == "subject" else call.teacher.id
