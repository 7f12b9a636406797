"""Moments as JSON writes them."""

from datetime import UTC, datetime


def moment(seconds: float) -> str:
    """RFC 3339 in UTC, of seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
