"""Places in lists, as texts that a client hands back untouched."""

import binascii
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from journal_bridge.core.problems import ProblemError


class Cursor(NamedTuple):
    """Behind this call: lists are ordered by start, then id."""

    starts_at: datetime
    call: str


def encode(cursor: Cursor) -> str:
    """The text of a place."""
    return urlsafe_b64encode(f"{cursor.starts_at.isoformat()} {cursor.call}".encode()).rstrip(b"=").decode()


def decode(text: str) -> Cursor:
    """The place of a text. Raises ProblemError."""
    try:
        moment, _, call = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(" ")
        starts_at = datetime.fromisoformat(moment)
        if starts_at.tzinfo is None or not call.isidentifier():
            raise ValueError
        return Cursor(starts_at.astimezone(UTC), call)
    except (ValueError, OverflowError, binascii.Error):
        raise ProblemError("cursor_invalid", "Send the `next` of the previous page unchanged.") from None


def encode_key(*parts: str) -> str:
    """The text of a place in a list that is ordered by these texts."""
    return urlsafe_b64encode(msgspec.json.encode(parts)).rstrip(b"=").decode()


def decode_key(text: str, count: int) -> tuple[str, ...]:
    """The `count` texts of a place. Raises ProblemError."""
    try:
        parts = msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=tuple[str, ...])
        if len(parts) != count or any("\x00" in part for part in parts):
            raise ValueError
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise ProblemError("cursor_invalid", "Send the `next` of the previous page unchanged.") from None
    return parts


def number(text: str) -> float:
    """A number that stands in a place. Raises ProblemError."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise ProblemError("cursor_invalid", "Send the `next` of the previous page unchanged.")
    return found
