"""Safe repetition of POST: the same key with the same request gets the same answer."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from journal_bridge.core.problems import ProblemError

KEEP_SECONDS = 24 * 3600.0  # how long an answer can be repeated
ABANDONED_SECONDS = 60.0  # a request that took longer died with its server: the key may be taken over
MAX_KEY_LENGTH = 255  # characters
KEY_PATTERN = "^[!-~]+$"  # what is visible in ASCII


@dataclass(frozen=True, slots=True)
class Stored:
    """What was kept of an earlier request. Without status it is still running."""

    fingerprint: str
    created_at: float  # seconds since the epoch
    status: int | None = None
    headers: Mapping[str, str] | None = None
    body: str | None = None


def check_key(key: str) -> None:
    """Raises ProblemError for a key that cannot be kept."""
    if len(key) > MAX_KEY_LENGTH or not re.fullmatch(KEY_PATTERN, key):
        raise ProblemError("idempotency_key_invalid", f"The key must be 1 to {MAX_KEY_LENGTH} characters from ! to ~.")


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same one."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()


def replay(stored: Stored | None, asked: str, now: float) -> Stored | None:
    """The answer to repeat, or None when the request must be carried out. Raises ProblemError."""
    if stored is None or now - stored.created_at >= KEEP_SECONDS:
        return None
    if stored.fingerprint != asked:
        raise ProblemError("idempotency_key_reused", "Use a fresh key for another request.")
    if stored.status is not None:
        return stored
    if now - stored.created_at < ABANDONED_SECONDS:
        raise ProblemError("idempotency_in_progress", "Ask again when the first request has been answered.")
    return None


def worth_keeping(status: int) -> bool:
    """A failure of ours must be tried again, everything else is the answer."""
    return status < 500
