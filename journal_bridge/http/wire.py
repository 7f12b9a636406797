"""One request of a journal's backend as a value for the handlers."""

from collections.abc import Mapping
from dataclasses import dataclass

from journal_bridge.core.problems import ProblemError
from journal_bridge.core.records import Access
from journal_bridge.core.references import well_formed

MAX_BODY = 256 * 1024  # bytes: an enrolment of 500 people with long ids is a tenth of it


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a handler: who asks, the path's parts, the query, the body, and where browsers reach us."""

    access: Access
    parts: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    origin: str

    @property
    def journal(self) -> str:
        return self.access.journal

    def reference(self, part: str) -> str:
        """A reference in the path. Raises ProblemError."""
        reference = self.parts[part]
        if not well_formed(reference):
            raise ProblemError("id_invalid", f"{part}: no blanks, slashes or control characters; not too long.")
        return reference
