"""Whose fault it is: `ProtocolError` closes the peer's connection, `UserError` is answered and changes nothing."""

from enum import StrEnum


class Refusal(StrEnum):
    """Stable codes of what can be wrong with a request that was understood."""

    NOT_FOUND = "not_found"
    ALREADY_EXISTS = "already_exists"
    NOT_ALLOWED = "not_allowed"
    LIMIT_EXCEEDED = "limit_exceeded"
    FULL = "full"  # nobody may come in before somebody has left; asking again at once does not help
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"
    PRECONDITION = "precondition"


class ProtocolError(Exception):
    """The peer broke the protocol. The text is the reason that its connection is closed with."""


class UserError(Exception):
    """A request that may not or cannot be fulfilled; raised before anything was changed."""

    def __init__(self, refusal: Refusal, text: str) -> None:
        super().__init__(text)
        self.refusal = refusal
        self.text = text
