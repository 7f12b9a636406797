"""The audit log: who did what to whom. It holds ids, never names or phones: it outlives the people it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEEP_SECONDS = 3 * 365 * 86400.0  # as long as attendance is kept, and the limitation period of civil claims
MAX_PAGE = 100  # entries


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed."""

    position: int  # grows with time; the cursor of a page
    at: float  # seconds since the epoch
    actor: str  # an id of a profile, a person or a journal; "system"
    action: str  # like "profile.created"
    subject: str  # an id
    school: str | None
    details: Mapping[str, Any]
    address: str  # from where; "" when unknown


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A part of the log, the newest first."""

    entries: tuple[AuditEntry, ...]
    has_more: bool

    @property
    def next(self) -> int | None:
        """Give this as `before` for the following page."""
        return self.entries[-1].position if self.has_more else None
