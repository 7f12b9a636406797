"""What is said of files: by line, with a code; and what is taken although Excel wrote it. No database."""

import io
import struct
import zipfile
from datetime import date

import pytest

from journal_bridge.core.roster_model import Roster
from journal_bridge.core.roster_report import MAX_PROBLEMS
from journal_bridge.imports import archive as archives
from journal_bridge.imports import text
from journal_bridge.imports.reading import Format, Options, Outcome, Progress, StoppedError, read
from tests.support.rosters import SCHOOL, archive, manifest, oneroster, table

TODAY = date(2026, 1, 26)


def outcome(
    data: bytes, roster: Roster | None = None, format_: Format = "oneroster", *, complete: bool = False
) -> Outcome:
    options = Options(format_, complete, False, frozenset({"Europe/Moscow"}), TODAY)
    return read(io.BytesIO(data), len(data), roster or Roster(), options, Progress())


def codes(found: Outcome) -> list[tuple[str, str | None, int | None]]:
    return [(problem.code, problem.file, problem.line) for problem in found.report.problems]


def changed(name: str, line: int, **cells: str) -> bytes:
    """The school with other values in one row (from 2, as the report counts)."""
    rows = [list(row) for row in SCHOOL[name]]
    for column, value in cells.items():
        rows[line - 1][rows[0].index(column)] = value
    return oneroster({**SCHOOL, name: rows})


def people(found: Outcome) -> set[str]:
    assert found.plan is not None, found.report.problems
    return set(found.plan.added["people"])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (changed("users", 3, familyName=""), ("missing", "users.csv", 3)),
        (changed("users", 3, familyName="х" * 201), ("too_long", "users.csv", 3)),
        (changed("users", 3, sourcedId="a b"), ("id_invalid", "users.csv", 3)),
        (changed("users", 3, sourcedId="ext:s201"), ("id_invalid", "users.csv", 3)),
        (changed("users", 3, sourcedId="t15"), ("duplicate", "users.csv", 3)),
        (changed("demographics", 2, birthDate="вчера"), ("invalid", "demographics.csv", 2)),
        (changed("demographics", 2, birthDate="0012-05-31"), ("invalid", "demographics.csv", 2)),
        (changed("academicSessions", 2, schoolYear="26/27"), ("invalid", "academicSessions.csv", 2)),
        (changed("classes", 2, schoolSourcedId="elsewhere"), ("school_unknown", "classes.csv", 2)),
        (changed("classes", 2, courseSourcedId=""), ("missing", "classes.csv", 2)),
    ],
)
def test_an_error_names_its_line_and_stops_the_import(data: bytes, problem: tuple[str, str, int]) -> None:
    found = outcome(data)
    assert problem in codes(found)
    assert found.plan is None


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (oneroster({**SCHOOL, "roles": SCHOOL["roles"][:-1]}), "role_missing"),
        (changed("roles", 3, role="janitor"), "role_unknown"),
        (changed("users", 4, enabledUser="false"), "not_enabled"),
        (changed("users", 4, givenName=""), "name_incomplete"),
        (changed("enrollments", 4, userSourcedId="nobody"), "person_unknown"),
        (changed("enrollments", 4, role="teacher"), "role_mismatch"),
        (changed("enrollments", 4, classSourcedId="nothing"), "class_unknown"),
        (changed("enrollments", 2, userSourcedId="s201"), "head_teacher_unknown"),
        (oneroster({**SCHOOL, "roles": [*SCHOOL["roles"], ["t15", "secondary", "parent", "s1"]]}), "role_second"),
    ],
)
def test_a_warning_leaves_something_out(data: bytes, problem: str) -> None:
    found = outcome(data)
    assert problem in [code for code, *_ in codes(found)]
    assert found.plan is not None, found.report.problems


def test_a_school_without_flaws_has_no_problems() -> None:
    found = outcome(oneroster())
    assert codes(found) == []
    assert found.plan is not None
    assert found.plan.added["classes"]["7v"] == {
        "title": "7В",
        "school": "s1",
        "kind": "class",
        "year": 2026,
        "head_teacher": "t15",
    }
    assert found.plan.added["people"]["s201"]["birth_date"] == date(2012, 5, 31)
    assert found.plan.new_children == [("p1", "s201")]


def test_parents_may_name_their_children_instead() -> None:
    users = [list(row) for row in SCHOOL["users"]]
    users[2][-1], users[4][-1] = "", "s201,s202"
    found = outcome(oneroster({**SCHOOL, "users": users}))
    assert found.plan is not None
    assert found.plan.new_children == [("p1", "s201"), ("p1", "s202")]


def test_one_point_one_has_roles_among_the_users() -> None:
    roles = {row[0]: row[2] for row in SCHOOL["roles"][1:]}
    users = [[*SCHOOL["users"][0], "role"], *([*row, roles[row[0]]] for row in SCHOOL["users"][1:])]
    tables = {name: rows for name, rows in SCHOOL.items() if name != "roles"}
    found = outcome(oneroster({**tables, "users": users}, version="1.1"))
    assert codes(found) == []
    assert people(found) == {"t15", "s201", "s202", "p1"}


def test_an_enrolment_that_is_over_is_none() -> None:
    found = outcome(changed("enrollments", 5, endDate="2026-01-25"))
    assert found.plan is not None
    assert [row[2] for row in found.plan.enrolled if row[1] == "algebra"] == ["s201", "t15"]


def test_a_section_of_its_own_is_a_group() -> None:
    classes = [list(row) for row in SCHOOL["classes"]]
    classes[2][-1] = ""
    found = outcome(oneroster({**SCHOOL, "classes": classes}))
    assert found.plan is not None
    assert found.plan.added["classes"]["7v-algebra"]["kind"] == "group"
    assert ("7v-algebra", "algebra", "s201", "student") in found.plan.enrolled


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "nothing_described"),
        ({"orgs.csv": table(SCHOOL["orgs"])}, "nothing_described"),
        ({"manifest.csv": manifest(["users"])}, "file_missing"),
        ({"manifest.csv": manifest([], version="2.0"), "users.csv": table(SCHOOL["users"])}, "version_unsupported"),
        ({"manifest.csv": manifest(["users"], mode="some"), "users.csv": table(SCHOOL["users"])}, "invalid"),
        ({"users.csv": "sourcedId,givenName\r\nx,y\r\n"}, "column_missing"),
        ({"users.csv": "sourcedId,givenName,familyName,familyName\r\n"}, "column_twice"),
        ({"users.csv": table(SCHOOL["users"]) + "one,two\r\n"}, "fields_count"),
        ({"users.csv": table(SCHOOL["users"]) + '"x" y,,,,,\r\n'}, "csv_invalid"),
        ({"users.csv": table(SCHOOL["users"]) + '"never closed\r\n'}, "csv_invalid"),
        ({"users.csv": table(SCHOOL["users"]) + "x" * (text.MAX_LINE + 1)}, "line_too_long"),
        ({"users.csv": table(SCHOOL["users"]) + f"a,b,{'x' * (text.MAX_FIELD + 1)},,,\r\n"}, "too_long"),
        ({"users.csv": table(SCHOOL["users"]).encode("utf-16")}, "encoding_unknown"),
        ({"users.csv": b"sourcedId\x98\xff"}, "encoding_unknown"),
        ({"../users.csv": "x"}, "path_invalid"),
        ({"/users.csv": "x"}, "path_invalid"),
        ({"a/users.csv": "x", "b/users.csv": "x"}, "file_twice"),
        ({f"{number}.csv": "x" for number in range(archives.MAX_ENTRIES + 1)}, "archive_invalid"),
        ({"users.csv": "," * (archives.RATIO_FROM + 1)}, "archive_invalid"),
    ],
)
def test_an_archive_that_cannot_be_one_says_why(files: dict[str, str | bytes], code: str) -> None:
    found = outcome(archive(files))
    assert code in [code for code, *_ in codes(found)]
    assert found.plan is None


def test_a_quotation_that_never_ends_is_found_where_it_begins() -> None:
    users = table(SCHOOL["users"]) + 'x,true,"А,Б,,\r\n' + "y,true,А,Б,,\r\n" * 3
    found = outcome(archive({"users.csv": users}))
    assert ("csv_invalid", "users.csv", 6) in codes(found)


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive at all", b"PK\x05\x06" + b"\xff" * 18])
def test_bytes_that_are_no_archive_are_refused(data: bytes) -> None:
    assert [code for code, *_ in codes(outcome(data))] == ["archive_invalid"]


def test_an_archive_that_lies_is_found_out() -> None:
    good = bytearray(oneroster())
    at = good.index(b"users.csv") + len("users.csv") + 10
    good[at] ^= 0xFF
    assert "archive_invalid" in [code for code, *_ in codes(outcome(bytes(good)))]


def test_a_list_of_files_without_end_is_not_read() -> None:
    """A small record that says: a million files."""
    data = bytearray(oneroster())
    at = data.rindex(b"PK\x05\x06")
    data[at + 10 : at + 12] = struct.pack("<H", 0xFFFF)
    assert [code for code, *_ in codes(outcome(bytes(data)))] == ["archive_invalid"]


def test_encrypted_and_strangely_packed_files_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("users.csv", table(SCHOOL["users"]))
    assert [code for code, *_ in codes(outcome(target.getvalue()))] == ["archive_invalid"]
    data = bytearray(archive({"users.csv": "x"}))
    data[data.index(b"PK\x01\x02") + 8] |= archives.ENCRYPTED
    assert [code for code, *_ in codes(outcome(bytes(data)))] == ["archive_invalid"]


def test_what_excel_writes_in_russia_is_taken_with_a_warning() -> None:
    files = {f"{name}.csv": table(rows).replace(",", ";").encode("cp1251") for name, rows in SCHOOL.items()}
    files["demographics.csv"] = "sourcedId;birthDate\r\ns201;31.05.2012\r\n".encode("cp1251")
    found = outcome(archive(files))
    assert {"encoding_windows", "separator", "manifest_missing"} == {code for code, *_ in codes(found)}
    assert found.plan is not None
    assert found.plan.added["people"]["s201"]["family_name"] == "Смирнов"
    assert found.plan.added["people"]["s201"]["birth_date"] == date(2012, 5, 31)


def test_a_byte_order_mark_and_a_folder_are_no_matter() -> None:
    files = {f"школа/{name}.csv": "\ufeff" + table(rows) for name, rows in SCHOOL.items()}
    found = outcome(archive({**files, "__MACOSX/школа/users.csv": "junk", "школа/readme.txt": "hello"}))
    assert {code for code, *_ in codes(found)} == {"manifest_missing"}
    assert len(people(found)) == 4


def test_the_manifest_decides_what_is_read() -> None:
    files = {f"{name}.csv": table(rows) for name, rows in SCHOOL.items()}
    found = outcome(archive({**files, "manifest.csv": manifest([name for name in SCHOOL if name != "enrollments"])}))
    assert ("file_ignored", "manifest.csv", None) in codes(found)
    assert found.plan is not None and found.plan.enrolled == []


def test_a_file_full_of_errors_is_not_read_to_its_end() -> None:
    users = table([SCHOOL["users"][0], *([f"x{number}", "true", "А", "", "", ""] for number in range(5000))])
    found = outcome(archive({"users.csv": users}))
    assert len(found.report.problems) == MAX_PROBLEMS == found.report.errors


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", ("body_not_json", None)),
        ("[]", ("invalid", None)),
        ('{"type":"pupil","ext_id":"x"}', ("invalid", "type")),
        ('{"type":"person","ext_id":"x","role":"student","family_name":"А"}', ("missing", "given_name")),
        (
            '{"type":"person","ext_id":"x","role":"student","family_name":"А","given_name":"Б","admin":true}',
            ("unknown", "admin"),
        ),
        ('{"type":"school","ext_id":"x","name":"А","tz":"Europe/Nowhere"}', ("invalid", "tz")),
        ('{"type":"subject","ext_id":"a b","title":"А"}', ("invalid", "ext_id")),
        ('{"type":"class","ext_id":"x","title":"А","school":"nowhere"}', ("school_unknown", "school")),
        ('{"type":"subject","ext_id":"algebra","title":"А"}', ("duplicate", None)),
        ('{"type":"subject","ext_id":"x","title":"' + "x" * 131_072 + '"}', ("line_too_long", None)),
    ],
)
def test_a_line_that_is_no_record_says_why(line: str, problem: tuple[str, str | None]) -> None:
    first = '{"type":"subject","ext_id":"algebra","title":"Алгебра"}\n'
    found = outcome(f"{first}\n{line}\n".encode(), format_="ndjson")
    assert [(each.code, each.field, each.line) for each in found.report.problems] == [(*problem, 3)]
    assert found.plan is None


def test_lines_may_name_records_by_our_ids() -> None:
    roster = Roster()
    roster.records["people"]["s201"] = {
        "role": "student",
        "family_name": "А",
        "given_name": "Б",
        "patronymic": None,
        "birth_date": None,
    }
    roster.ids["people"]["s201"] = "per_1"
    line = '{"type":"person","ext_id":"p1","role":"parent","family_name":"А","given_name":"Б","children":["per_1"]}'
    found = outcome(line.encode(), roster, "ndjson")
    assert found.plan is not None and found.plan.new_children == [("p1", "s201")]


def test_who_is_enrolled_cannot_become_something_else_by_the_way() -> None:
    roster = Roster()
    for name, role in (("s201", "student"), ("t15", "teacher")):
        roster.records["people"][name] = {
            "role": role,
            "family_name": "А",
            "given_name": "Б",
            "patronymic": None,
            "birth_date": None,
        }
    roster.records["schools"]["s1"] = {"name": "Ш", "region": None, "tz": "Europe/Moscow"}
    roster.records["subjects"]["algebra"] = {"title": "Алгебра"}
    roster.records["classes"]["7v"] = {
        "title": "7В",
        "school": "s1",
        "kind": "class",
        "year": None,
        "head_teacher": "t15",
    }
    roster.enrollments["7v", "algebra"] = {"s201": "student"}
    for person in ("s201", "t15"):
        line = {"s201": "teacher", "t15": "parent"}[person]
        data = f'{{"type":"person","ext_id":"{person}","role":"{line}","family_name":"А","given_name":"Б"}}'
        found = outcome(data.encode(), roster, "ndjson")
        assert [each.code for each in found.report.problems] == ["role_in_use"]
    whole = (
        '{"type":"person","ext_id":"s201","role":"teacher","family_name":"А","given_name":"Б"}\n'
        '{"type":"enrollment","class":"7v","subject":"algebra","teachers":["s201"]}'
    )
    found = outcome(whole.encode(), roster, "ndjson")
    assert found.plan is not None and found.plan.turned == [("7v", "algebra", "s201", "teacher")]
    assert found.difference.enrollments.changed == 1


def test_reading_ends_when_nobody_waits_for_it() -> None:
    progress = Progress(stopped=True)
    options = Options("oneroster", False, False, frozenset(), TODAY)
    with pytest.raises(StoppedError):
        read(io.BytesIO(oneroster()), 1, Roster(), options, progress)


def test_a_principal_administers_the_school_and_is_staff() -> None:
    roles = [*SCHOOL["roles"], ["t16", "primary", "principal", "s1"], ["t15", "secondary", "siteAdministrator", "s1"]]
    users = [*SCHOOL["users"], ["t16", "true", "Пётр", "Петров", "", ""]]
    district = ["p1", "secondary", "siteAdministrator", "district"]
    found = outcome(oneroster({**SCHOOL, "roles": [*roles, district], "users": users}))
    assert found.plan is not None
    assert found.plan.added["people"]["t16"]["role"] == "teacher"
    assert found.plan.administrators == [("s1", "t15"), ("s1", "t16")]
