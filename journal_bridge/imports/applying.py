"""Carries a plan out in short transactions, so that lessons start meanwhile.

In: a plan by the journal's own ids. Out: rows. What comes is written before what goes, and each batch stands by itself:
when the server dies in the middle, the same file planned again has only the rest to change.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core import ids
from journal_bridge.core.ids import Prefix
from journal_bridge.core.roster_model import RECORDS, Plan, Records, Roster, Values
from journal_bridge.store import roster as store
from journal_bridge.store import roster_bulk as bulk

BATCH = 500  # rows of one transaction: some 20 ms, so that other writers hardly wait
LEAVING_BATCH = 50  # people: each may have a link that ends, with an event of its own

PREFIXES: Mapping[Records, Prefix] = {"schools": "sch", "subjects": "sub", "people": "per", "classes": "cls"}

Work = Callable[[AsyncConnection], Awaitable[None]]


class Leave(Protocol):
    """Ends what is open for people, by our ids, because `actor` (a journal) says that they leave."""

    async def __call__(self, connection: AsyncConnection, people: Collection[str], *, actor: str) -> None: ...


T = TypeVar("T")


class Applying:
    """One plan of one journal. `batches` must be carried out in order."""

    def __init__(
        self, journal: str, plan: Plan, roster: Roster, *, random: Callable[[int], bytes], at: datetime, leave: Leave
    ) -> None:
        self._journal = journal
        self._plan = plan
        self._ids = {kind: dict(known) for kind, known in roster.ids.items()}
        self._random = random
        self._at = at
        self._leave = leave

    def batches(self) -> Iterator[tuple[int, Work]]:
        """How many changes, and what writes them in one transaction."""
        plan = self._plan
        for kind in RECORDS:
            for records in _pieces(list(plan.added[kind].items())):
                yield len(records), partial(self._add, kind, records)
            for records in _pieces(list(plan.changed[kind].items())):
                yield len(records), partial(self._change, kind, records)
        for pairs in _pieces(plan.administrators):
            administer = [(self._ids["schools"][school], self._ids["people"][person]) for school, person in pairs]
            yield len(pairs), partial(bulk.add_administrators, pairs=administer)
        for pairs in _pieces(plan.new_children):
            yield len(pairs), partial(bulk.add_children, pairs=[self._pair(*pair) for pair in pairs])
        for rows in _pieces(plan.turned):
            yield len(rows), partial(bulk.turn, rows=[(*self._enrolled(*row[:3]), row[3]) for row in rows])
        for rows in _pieces(plan.enrolled):
            yield len(rows), partial(bulk.enrol, rows=[(*self._enrolled(*row[:3]), row[3]) for row in rows])
        for gone in _pieces(plan.unenrolled):
            yield len(gone), partial(bulk.unenrol, rows=[self._enrolled(*row) for row in gone])
        for pairs in _pieces(plan.gone_children):
            yield len(pairs), partial(bulk.remove_children, pairs=[self._pair(*pair) for pair in pairs])
        for people in _pieces(plan.leaving["people"], LEAVING_BATCH):
            yield len(people), partial(self._say_goodbye, people)
        for classes in _pieces(plan.leaving["classes"]):
            found = [self._ids["classes"][ext_id] for ext_id in classes]
            yield len(classes), partial(bulk.close_classes, classes=found, at=self._at)

    async def _add(self, kind: Records, records: Sequence[tuple[str, Values]], connection: AsyncConnection) -> None:
        rows = []
        for ext_id, values in records:
            self._ids[kind][ext_id] = ids.make(PREFIXES[kind], self._random(ids.ID_BYTES))
            row = {"id": self._ids[kind][ext_id], "journal_id": self._journal, "ext_id": ext_id}
            rows.append({**row, **self._columns(kind, values)})
        await bulk.add(connection, kind, rows)

    async def _change(self, kind: Records, records: Sequence[tuple[str, Values]], connection: AsyncConnection) -> None:
        back: dict[str, Any] = {"left_at": None} if "left_at" in bulk.TABLES[kind].c else {}
        rows = [{"id": self._ids[kind][ext_id], **self._columns(kind, values), **back} for ext_id, values in records]
        await bulk.change(connection, kind, rows)

    async def _say_goodbye(self, people: Sequence[str], connection: AsyncConnection) -> None:
        found = [self._ids["people"][ext_id] for ext_id in people]
        await self._leave(connection, found, actor=self._journal)
        await store.leave(connection, found, self._at)

    def _columns(self, kind: Records, values: Values) -> dict[str, Any]:
        columns = {name: values[name] for name in bulk.PLAIN[kind]}
        if kind == "classes":
            head = values["head_teacher"]
            columns["school_id"] = self._ids["schools"][values["school"]]
            columns["head_teacher_id"] = self._ids["people"][head] if head is not None else None
        return columns

    def _pair(self, parent: str, child: str) -> tuple[str, str]:
        return self._ids["people"][parent], self._ids["people"][child]

    def _enrolled(self, class_: str, subject: str, person: str) -> tuple[str, str, str]:
        return self._ids["classes"][class_], self._ids["subjects"][subject], self._ids["people"][person]


def _pieces(rows: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
