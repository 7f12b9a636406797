"""Standard Webhooks: what is signed, when to try again, what an answer means. In: values and the time. Out: values.

https://www.standardwebhooks.com, version 1.0.0.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from journal_bridge.core.events import EventType

LADDER = (0.0, 5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
"""Seconds before each try, as Standard Webhooks advises: 0 s, 5 s, 5 min, 30 min, 2, 5, 10, 14, 20, 24 h."""

JITTER = 0.1  # part of a step that is added at most, so that a receiver that comes back is not hit by all at once
TIMEOUT_SECONDS = 15.0  # for one attempt, connecting included
LEASE_SECONDS = 60.0  # how long one server has a delivery: an attempt and a slow database; after a crash others wait so
PER_ENDPOINT = 4  # attempts at once; events of one call never go side by side
MAX_ENDPOINTS = 20  # of one journal

RECOVERY_SECONDS = 60.0  # an endpoint that failed for longer and answers again gets at once what waited

SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64
SECRET_PREFIX = "whsec_"
BOTH_SECONDS = 24 * 3600.0  # how long the old secret signs besides the new one

KEPT_ANSWER = 1024  # characters of an answer's body in the log
GONE = 410  # the receiver wants nothing more

Status = Literal["waiting", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a journal wants its events. Moments are seconds since the epoch."""

    id: str
    journal: str
    url: str
    events: tuple[EventType, ...]  # empty: all
    description: str
    enabled: bool
    off_reason: str | None
    secret: str
    old_secret: str | None
    old_secret_until: float | None
    failing_since: float | None
    created_at: float

    def wants(self, kind: EventType) -> bool:
        """Does it get events of this type?"""
        return not self.events or kind in self.events


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one endpoint. `step`: how many tries of the ladder have failed."""

    id: str
    endpoint: str
    event: str
    type: EventType
    position: int
    status: Status
    step: int
    next_at: float
    leased_until: float | None
    tries: int
    last_try_at: float | None
    answer_status: int | None
    answer_ms: int | None
    answer_text: str | None
    error: str | None
    created_at: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: an answer, or the reason why there was none."""

    ms: int
    status: int | None = None
    text: str = ""
    error: str | None = None


def secret(random: bytes) -> str:
    """A fresh signing secret."""
    assert len(random) == SECRET_BYTES
    return SECRET_PREFIX + b64encode(random).decode()


def headers(endpoint: Endpoint, event: str, body: bytes, now: float) -> dict[str, str]:
    """The headers of one attempt; its time is signed too, so that nobody can replay it later."""
    at = str(int(now))
    secrets = [endpoint.secret]
    if endpoint.old_secret is not None and now < (endpoint.old_secret_until or 0.0):
        secrets.append(endpoint.old_secret)
    return {
        "webhook-id": event,
        "webhook-timestamp": at,
        "webhook-signature": " ".join(signature(one, event, at, body) for one in secrets),
        "Content-Type": "application/json",
        "User-Agent": "Zvonok-Webhooks/1",
    }


def signature(secret: str, event: str, at: str, body: bytes) -> str:
    """HMAC-SHA256 over id, time and body, joined by dots."""
    signed = b".".join((event.encode(), at.encode(), body))
    return "v1," + b64encode(hmac.digest(b64decode(secret.removeprefix(SECRET_PREFIX)), signed, "sha256")).decode()


def settled(delivery: Delivery, outcome: Outcome, now: float, chance: float) -> dict[str, Any]:
    """What is written about a delivery after an attempt; `chance` is 0..1."""
    written: dict[str, Any] = {
        "tries": delivery.tries + 1,
        "last_try_at": now,
        "answer_status": outcome.status,
        "answer_ms": outcome.ms,
        "answer_text": outcome.text[:KEPT_ANSWER].replace("\0", ""),  # PostgreSQL's texts hold no NUL
        "error": outcome.error,
    }
    if good(outcome):
        return written | {"status": "delivered", "error": None}
    step = delivery.step + 1
    if step >= len(LADDER) or outcome.status == GONE:
        return written | {"status": "failed", "step": step}
    return written | {"status": "waiting", "step": step, "next_at": now + wait(step, chance)}


def good(outcome: Outcome) -> bool:
    """2xx, nothing else: a redirect is not followed, since it could lead anywhere."""
    return outcome.status is not None and 200 <= outcome.status < 300


def wait(step: int, chance: float) -> float:
    """Seconds until the try after `step` failed ones."""
    return LADDER[step] * (1 + JITTER * chance)


def endpoint_after(endpoint: Endpoint, outcome: Outcome, now: float) -> Mapping[str, Any]:
    """What changes at the endpoint after an attempt; empty: nothing."""
    if good(outcome):
        return {"failing_since": None} if endpoint.failing_since is not None else {}
    if outcome.status == GONE:
        return {"enabled": False, "off_reason": "It answered 410 Gone."}
    return {"failing_since": now} if endpoint.failing_since is None else {}


def recovers(endpoint: Endpoint, outcome: Outcome, now: float) -> bool:
    """Does an endpoint answer again that did not for a while? Then nothing has to wait for its step of the ladder."""
    return good(outcome) and endpoint.failing_since is not None and now - endpoint.failing_since >= RECOVERY_SECONDS
