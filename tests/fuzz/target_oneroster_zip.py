"""A OneRoster archive, and its users and enrolments as any bytes. Invariant: a plan whose values keep the limits and
which, carried out, leaves nothing to change; or at least one error. Nothing is raised."""

import io
from collections.abc import Callable
from datetime import date

from journal_bridge.core.references import well_formed
from journal_bridge.core.roster_fields import MAX_ID, MAX_TEXT
from journal_bridge.core.roster_model import RECORDS, Roster
from journal_bridge.imports.reading import Format, Options, Progress, read
from tests.support.rosters import SCHOOL, archive, carried_out, manifest, oneroster, table

ZONES = frozenset({"Europe/Moscow"})

SEEDS: tuple[bytes, ...] = (
    oneroster(),
    archive({"users.csv": table(SCHOOL["users"])}),
    table(SCHOOL["users"]).encode(),
    table(SCHOOL["enrollments"]).encode(),
    table(SCHOOL["classes"]).encode(),
    b"sourcedId,status,classSourcedId,userSourcedId,role,primary,endDate\r\n,tobedeleted,7v/algebra,s201,student,,\r\n",
    'sourcedId;familyName;givenName;agentSourcedIds\r\n"a""b";"Ж\'";Ю;"x,""y,z"""'.encode("cp1251"),
    "\ufeffsourcedId,familyName,givenName\n1,\u2028,\x85\n".encode(),
    b'sourcedId,familyName,givenName\r\n"',
)


REST = {f"{name}.csv": table(rows) for name, rows in SCHOOL.items()}
DELTA = manifest(list(SCHOOL), mode="delta")


def fuzz(data: bytes) -> None:
    """One of the ways to take the bytes, chosen by themselves: making archives takes time."""
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: data,
        lambda: archive({**REST, "users.csv": data}),
        lambda: archive({**REST, "classes.csv": data}),
        lambda: archive({**REST, "enrollments.csv": data}),
        lambda: archive({**REST, "enrollments.csv": data, "manifest.csv": DELTA}),
        lambda: archive({**REST, "manifest.csv": data}),
    )
    check(ways[sum(data) % len(ways)](), "oneroster")


def check(data: bytes, format_: Format) -> None:
    """The invariant for a file of this format."""
    options = Options(format_, False, False, ZONES, date(2026, 1, 26))
    outcome = read(io.BytesIO(data), len(data), Roster(), options, Progress())
    if outcome.plan is None:
        assert outcome.report.errors
        return
    for kind in RECORDS:
        for ext_id, values in outcome.plan.added[kind].items():
            assert well_formed(ext_id) and len(ext_id) <= MAX_ID
            assert all(len(value) <= MAX_TEXT for value in values.values() if isinstance(value, str))
    again = read(io.BytesIO(data), len(data), carried_out(outcome.plan), options, Progress())
    assert again.plan is not None and again.plan.size == 0, again.difference
