"""OneRoster archives for tests, made of short tables."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from journal_bridge.core.roster_model import RECORDS, Plan, Roster

Tables = Mapping[str, Sequence[Sequence[str]]]

SCHOOL: dict[str, list[list[str]]] = {
    "orgs": [["sourcedId", "name", "type"], ["s1", "Школа № 1", "school"]],
    "academicSessions": [["sourcedId", "schoolYear"], ["year", "2026"]],
    "courses": [["sourcedId", "title"], ["algebra", "Алгебра"], ["hour", "Классный час"]],
    "classes": [
        [
            "sourcedId",
            "title",
            "courseSourcedId",
            "classType",
            "schoolSourcedId",
            "termSourcedIds",
            "metadata.zvonok.class",
        ],
        ["7v", "7В", "hour", "homeroom", "s1", "year", ""],
        ["7v-algebra", "Алгебра 7В", "algebra", "scheduled", "s1", "year", "7v"],
    ],
    "users": [
        ["sourcedId", "enabledUser", "givenName", "familyName", "middleName", "agentSourcedIds"],
        ["t15", "true", "Анна", "Иванова", "Сергеевна", ""],
        ["s201", "true", "Илья", "Смирнов", "", "p1"],
        ["s202", "true", "Мария", "Орлова", "", ""],
        ["p1", "true", "Ольга", "Смирнова", "", ""],
    ],
    "roles": [
        ["userSourcedId", "roleType", "role", "orgSourcedId"],
        ["t15", "primary", "teacher", "s1"],
        ["s201", "primary", "student", "s1"],
        ["s202", "primary", "student", "s1"],
        ["p1", "primary", "guardian", "s1"],
    ],
    "demographics": [["sourcedId", "birthDate", "sex"], ["s201", "2012-05-31", "male"]],
    "enrollments": [
        ["sourcedId", "status", "classSourcedId", "userSourcedId", "role", "primary", "endDate"],
        ["e1", "", "7v", "t15", "teacher", "true", ""],
        ["e2", "", "7v-algebra", "t15", "teacher", "", ""],
        ["e3", "", "7v-algebra", "s201", "student", "", ""],
        ["e4", "", "7v-algebra", "s202", "student", "", "2099-05-31"],
    ],
}
"""7В with its head teacher, two pupils and the mother of one."""


def table(rows: Sequence[Sequence[str]]) -> str:
    """A CSV file; values with commas or quotation marks are quoted."""
    lines = (",".join(f'"{cell}"' if {",", '"'} & set(cell) else cell for cell in row) for row in rows)
    return "".join(f"{line}\r\n" for line in lines)


def manifest(names: Sequence[str], *, mode: str = "bulk", version: str = "1.2") -> str:
    rows = [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", version]]
    return table([*rows, *([f"file.{name}", mode] for name in names)])


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of these files, whole names."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name, text)
    return target.getvalue()


def oneroster(tables: Tables = SCHOOL, *, mode: str = "bulk", version: str = "1.2") -> bytes:
    """An archive with its manifest."""
    files = {f"{name}.csv": table(rows) for name, rows in tables.items()}
    return archive({"manifest.csv": manifest(list(tables), mode=mode, version=version), **files})


def without(*keys: str, of: Tables = SCHOOL) -> dict[str, list[Sequence[str]]]:
    """The tables without the rows that name one of these ids anywhere."""
    return {name: [row for row in rows if not set(keys).intersection(row)] for name, rows in of.items()}


def carried_out(plan: Plan) -> Roster:
    """An empty roster after a plan for it."""
    roster = Roster()
    for kind in RECORDS:
        roster.records[kind] = dict(plan.added[kind])
    for parent, child in plan.new_children:
        roster.children.setdefault(parent, set()).add(child)
    for class_, subject, person, role in plan.enrolled:
        roster.enrollments.setdefault((class_, subject), {})[person] = role
    roster.administrators.update(plan.administrators)
    return roster
