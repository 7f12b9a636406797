"""A plan of changes as people read it, and whether it takes away so much that somebody must have sent a wrong file."""

from collections.abc import Iterable
from itertools import islice

from journal_bridge.core.roster_model import Plan, Records, Roster
from journal_bridge.core.roster_report import SHOWN, Change, Changes, Count, Difference, Problem, Where

LARGEST_LOSS = 5  # a fifth of the people, classes or enrolments: more leave only in summer, or by a mistake


def difference(plan: Plan, roster: Roster) -> Difference:
    """How many and which."""
    names = _Names(plan, roster)
    return Difference(
        **{kind: _records(plan, kind, names) for kind in plan.added},
        administrators=Count(
            len(plan.administrators),
            unchanged=plan.unchanged["administrators"],
            first=Changes(names.administrators(plan.administrators)),
        ),
        relations=Count(
            len(plan.new_children),
            0,
            len(plan.gone_children),
            plan.unchanged["relations"],
            Changes(names.relations(plan.new_children), [], names.relations(plan.gone_children)),
        ),
        enrollments=Count(
            len(plan.enrolled),
            len(plan.turned),
            len(plan.unenrolled),
            plan.unchanged["enrollments"],
            Changes(
                names.enrollments(row[:3] for row in plan.enrolled),
                names.enrollments(row[:3] for row in plan.turned),
                names.enrollments(plan.unenrolled),
            ),
        ),
    )


def losses(plan: Plan, roster: Roster) -> list[Problem]:
    """Errors, when more than a fifth of something would leave."""
    people, classes = (len(roster.records[kind].keys() - roster.left[kind]) for kind in ("people", "classes"))
    enrolled = sum(len(group) for group in roster.enrollments.values())
    found = []
    for name, going, there in (
        ("people", len(plan.leaving["people"]), people),
        ("classes", len(plan.leaving["classes"]), classes),
        ("enrollments", len(plan.unenrolled), enrolled),
    ):
        if going * LARGEST_LOSS > there:
            message = f"{going} of {there} {name} would leave. Is the file whole? Then send allow_removals=true."
            found.append(Where().error(name, "too_many_leave", message))
    return found


def _records(plan: Plan, kind: Records, names: "_Names") -> Count:
    leaving = plan.leaving.get(kind, [])
    changed = [
        Change(ext_id, names.of(kind, ext_id), list(plan.fields[kind][ext_id]))
        for ext_id in islice(plan.changed[kind], SHOWN)
    ]
    return Count(
        len(plan.added[kind]),
        len(plan.changed[kind]),
        len(leaving),
        plan.unchanged[kind],
        Changes(names.all(kind, plan.added[kind]), changed, names.all(kind, leaving)),
    )


class _Names:
    """What people call a record, before or after."""

    def __init__(self, plan: Plan, roster: Roster) -> None:
        self._plan = plan
        self._roster = roster

    def of(self, kind: Records, ext_id: str) -> str:
        for group in (self._plan.added, self._plan.changed, self._roster.records):
            if ext_id in group[kind]:
                values = group[kind][ext_id]
                if kind == "people":
                    return f"{values['family_name']} {values['given_name']}".strip()
                return str(values["name" if kind == "schools" else "title"])
        return ext_id

    def all(self, kind: Records, ext_ids: Iterable[str]) -> list[Change]:
        return [Change(ext_id, self.of(kind, ext_id)) for ext_id in islice(ext_ids, SHOWN)]

    def relations(self, pairs: Iterable[tuple[str, str]]) -> list[Change]:
        return [
            Change(f"{parent}/{child}", f"{self.of('people', parent)} → {self.of('people', child)}")
            for parent, child in islice(pairs, SHOWN)
        ]

    def administrators(self, pairs: Iterable[tuple[str, str]]) -> list[Change]:
        return [
            Change(f"{school}/{person}", f"{self.of('schools', school)}: {self.of('people', person)}")
            for school, person in islice(pairs, SHOWN)
        ]

    def enrollments(self, rows: Iterable[tuple[str, str, str]]) -> list[Change]:
        return [
            Change(
                f"{class_}/{subject}/{person}",
                f"{self.of('people', person)}, {self.of('classes', class_)}, {self.of('subjects', subject)}",
            )
            for class_, subject, person in islice(rows, SHOWN)
        ]
