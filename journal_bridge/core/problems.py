"""What the journal's HTTP interface may refuse, as one table: stable code, status, title. RFC 9457."""

from collections.abc import Mapping
from typing import ClassVar

from identity.core import problems
from identity.core.problems import GENERAL, FieldError, Kind, wrong_field, wrong_query

__all__ = ["KINDS", "FieldError", "Kind", "ProblemError", "wrong_field", "wrong_query"]

KINDS: Mapping[str, Kind] = {
    **GENERAL,
    # the key
    "key_missing": Kind(401, "No API key was sent"),
    "key_unknown": Kind(401, "The API key is unknown"),
    "scope_missing": Kind(403, "The API key lacks a scope"),
    # the request
    "id_invalid": Kind(422, "The id in the path is not well-formed"),
    "cursor_invalid": Kind(422, "The cursor is not one of ours"),
    "idempotency_key_invalid": Kind(400, "The Idempotency-Key is not usable"),
    "idempotency_key_reused": Kind(422, "The Idempotency-Key was used for another request"),
    "idempotency_in_progress": Kind(409, "A request with this Idempotency-Key is still running"),
    # the roster
    "person_unknown": Kind(404, "There is no such person"),
    "class_unknown": Kind(404, "There is no such class"),
    "role_mismatch": Kind(422, "A person has another role"),
    "role_in_use": Kind(409, "The role cannot change while the person is enrolled with it"),
    # calls
    "call_unknown": Kind(404, "There is no such call"),
    "call_exists": Kind(409, "Another call has this ext_id"),
    "call_ended": Kind(409, "The call has ended"),
    "call_not_running": Kind(409, "The call is not running"),
    "field_fixed": Kind(409, "The field cannot change while the call is running"),
    "active_call_exists": Kind(409, "Another call of this class and subject is running"),
    "not_invited": Kind(403, "The roster does not invite this person"),
    # us
    "media_unavailable": Kind(503, "The call's room could not be opened"),
}


class ProblemError(problems.ProblemError):
    """A refusal with a code of the table above."""

    kinds: ClassVar[Mapping[str, Kind]] = KINDS
