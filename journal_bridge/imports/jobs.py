"""An import as its journal sees it. In: a stored row. Out: the shape of the HTTP answer."""

from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Row

from journal_bridge.core.roster_report import Difference, Problem
from journal_bridge.imports.reading import Format

State = Literal["queued", "running", "done", "failed"]
Phase = Literal["reading", "writing"]


class ProgressAnswer(Struct, frozen=True):
    """How far a phase is: bytes that were read, or changes that were written."""

    phase: Phase | None
    done: int
    total: int


class ImportAnswer(Struct, frozen=True):
    """An import. `difference` is known when the file has been read; a dry run's is what would change."""

    id: str
    state: State
    format: Format
    dry_run: bool
    complete: bool
    allow_removals: bool
    bytes: int
    progress: ProgressAnswer
    difference: Difference | None
    problems: list[Problem]
    created_at: str
    started_at: str | None
    finished_at: str | None


def answer(row: Row[Any]) -> ImportAnswer:
    """The job that a row keeps."""
    return ImportAnswer(
        id=row.id,
        state=row.state,
        format=row.format,
        dry_run=row.dry_run,
        complete=row.complete,
        allow_removals=row.allow_removals,
        bytes=row.size,
        progress=ProgressAnswer(row.phase, row.done, row.total),
        difference=msgspec.json.decode(row.difference, type=Difference) if row.difference else None,
        problems=msgspec.json.decode(row.problems, type=list[Problem]) if row.problems else [],
        created_at=_moment(row.created_at) or "",
        started_at=_moment(row.started_at),
        finished_at=_moment(row.finished_at),
    )


def _moment(at: float | None) -> str | None:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds") if at is not None else None
