"""«н» in the journal's grid, for pupils who were not in a lesson's call. In: Zvonok's events. Out: who was absent."""

from collections.abc import Mapping
from typing import Any

from journal_bridge.reference_journal import school
from journal_bridge.reference_journal.client import Zvonok


class Absences:
    """Absent pupils by lesson, as Zvonok's `attendance.ready` told."""

    def __init__(self) -> None:
        self._absent: dict[str, frozenset[str]] = {}

    def __contains__(self, where: tuple[str, str]) -> bool:
        lesson, pupil = where
        return pupil in self._absent.get(lesson, ())

    async def hear(self, event: Mapping[str, Any], zvonok: Zvonok) -> None:
        """An event of any type; only `attendance.ready` of one of our lessons changes anything."""
        lesson = ((event.get("data") or {}).get("call") or {}).get("ext_id") or ""
        if event.get("type") == "attendance.ready" and school.lesson(lesson) is not None:
            lines = (await zvonok.get(f"calls/ext:{lesson}/attendance"))["data"]
            self._absent[lesson] = frozenset(
                line["person"]["ext_id"]
                for line in lines
                if line["person"]["role"] == "student" and not line["seconds"]
            )
