"""What an HTTP interface of ours may refuse: stable code, status, title. RFC 9457.

In: a code with a sentence about this very case. Out: an exception that the shell renders as a problem document. Each
folder has a table of codes of its own and a subclass of `ProblemError` that uses it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple


class Kind(NamedTuple):
    """What all problems of one code share."""

    status: int
    title: str


GENERAL: Mapping[str, Kind] = {
    # the request
    "body_invalid": Kind(422, "The body does not fit the schema"),
    "body_not_json": Kind(400, "The body is not valid JSON"),
    "body_too_large": Kind(413, "The body is too large"),
    "query_invalid": Kind(422, "A query parameter is not valid"),
    "not_found": Kind(404, "Nothing is served at this path"),
    "method_not_allowed": Kind(405, "This path does not know the method"),
    # the page
    "session_missing": Kind(401, "The browser has no session"),
    "origin_foreign": Kind(403, "The request does not come from our own page"),
    # us
    "internal": Kind(500, "The server failed"),
}
"""Codes that every interface of ours shares."""


class FieldError(NamedTuple):
    """One field that is wrong: its path in the body or its query parameter, a stable code, a sentence."""

    field: str
    code: str
    message: str


class ProblemError(Exception):
    """The request is refused and nothing has changed. `extra` holds members of this code, like `active_call`."""

    kinds: ClassVar[Mapping[str, Kind]] = GENERAL

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        assert code in self.kinds, code
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.extra = dict(extra or {})

    @property
    def status(self) -> int:
        return self.kinds[self.code].status

    def document(self, request_id: str) -> dict[str, Any]:
        """The body of the answer."""
        document: dict[str, Any] = {
            "type": f"urn:zvonok:problem:{self.code}",
            "title": self.kinds[self.code].title,
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
