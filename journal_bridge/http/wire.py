"""One request of a journal's backend as a value for the handlers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from journal_bridge.core.problems import ProblemError
from journal_bridge.core.records import Access
from journal_bridge.core.references import well_formed

MAX_BODY = 256 * 1024  # bytes: an enrolment of 500 people with long ids is a tenth of it


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a handler: who asks, the path's parts, the query as its route's types, the body, and where
    browsers reach us. `request` is for the few that read or write a stream of bytes."""

    access: Access
    parts: Mapping[str, str]
    query: Mapping[str, Any]
    body: bytes
    origin: str
    request: web.Request

    @property
    def journal(self) -> str:
        return self.access.journal

    def reference(self, part: str) -> str:
        """A reference in the path. Raises ProblemError."""
        reference = self.parts[part]
        if not well_formed(reference):
            raise ProblemError("id_invalid", f"{part}: no blanks, slashes or control characters; not too long.")
        return reference
