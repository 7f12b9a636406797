"""What the HTTP interface may refuse, as one table: stable code, status, title. RFC 9457.

In: a code with a sentence about this very case. Out: an exception that the shell renders as a problem document.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Kind(NamedTuple):
    """What all problems of one code share."""

    status: int
    title: str


KINDS: Mapping[str, Kind] = {
    # the key
    "key_missing": Kind(401, "No API key was sent"),
    "key_unknown": Kind(401, "The API key is unknown"),
    "scope_missing": Kind(403, "The API key lacks a scope"),
    # the request
    "body_invalid": Kind(422, "The body does not fit the schema"),
    "body_not_json": Kind(400, "The body is not valid JSON"),
    "body_too_large": Kind(413, "The body is too large"),
    "query_invalid": Kind(422, "A query parameter is not valid"),
    "id_invalid": Kind(422, "The id in the path is not well-formed"),
    "cursor_invalid": Kind(422, "The cursor is not one of ours"),
    "not_found": Kind(404, "Nothing is served at this path"),
    "method_not_allowed": Kind(405, "This path does not know the method"),
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
    # the page
    "session_missing": Kind(401, "The browser has no session"),
    "origin_foreign": Kind(403, "The request does not come from our own page"),
    # us
    "internal": Kind(500, "The server failed"),
    "media_unavailable": Kind(503, "The call's room could not be opened"),
}


class FieldError(NamedTuple):
    """One field that is wrong: its path in the body or its query parameter, a stable code, a sentence."""

    field: str
    code: str
    message: str


class ProblemError(Exception):
    """The request is refused and nothing has changed. `extra` holds members of this code, like `active_call`."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        assert code in KINDS
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.extra = dict(extra or {})

    @property
    def status(self) -> int:
        return KINDS[self.code].status

    def document(self, request_id: str) -> dict[str, Any]:
        """The body of the answer."""
        document: dict[str, Any] = {
            "type": f"urn:zvonok:problem:{self.code}",
            "title": KINDS[self.code].title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id,
        }
        if self.errors:
            document["errors"] = [error._asdict() for error in self.errors]
        return document | self.extra


def wrong_field(field: str, code: str, message: str) -> ProblemError:
    """A well-formed body with one field that cannot be accepted."""
    return ProblemError("body_invalid", message, errors=[FieldError(field, code, message)])


def wrong_query(field: str, message: str) -> ProblemError:
    """A query parameter that cannot be accepted."""
    return ProblemError("query_invalid", message, errors=[FieldError(field, "invalid", message)])
