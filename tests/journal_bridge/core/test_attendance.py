"""From stays to lines of a register."""

import csv
import io
from zoneinfo import ZoneInfo

import pytest

from journal_bridge.core.attendance import BOM, HEADER, Attendance, Attendee, Presence, summed, table

ANNA = Attendee("per_a", "s201", "Иванова Анна", "student")
MOSCOW = ZoneInfo("Europe/Moscow")
NOON = 1769418000.0


def stay(joined: float, left: float | None, room: str = "main", hands: int = 0) -> Presence:
    return Presence("per_a", room, joined, left, hands)


def test_who_was_never_there_has_nothing() -> None:
    line = summed(ANNA, [], NOON)
    assert (line.joins, line.leaves, line.seconds, line.present) == ((), (), 0, False)


def test_stays_are_added() -> None:
    line = summed(ANNA, [stay(0, 100, hands=2), stay(200, 250.6, "group-1", hands=1), stay(300, 310)], NOON)
    assert line.joins == (0, 200, 300)
    assert line.leaves == (100, 250.6, 310)
    assert line.seconds == 161
    assert line.hand_raises == 3
    assert line.rooms == ("main", "group-1")
    assert not line.present


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [
        ([(0, 100), (50, 150)], 150),
        ([(0, 100), (10, 20)], 100),
        ([(50, 60), (0, 100)], 100),
        ([(0, 10), (10, 20)], 20),
        ([(10, 5)], 0),
    ],
)
def test_two_browsers_at_once_count_once(spans: list[tuple[float, float]], seconds: int) -> None:
    assert summed(ANNA, [stay(*span) for span in spans], NOON).seconds == seconds


def test_who_is_there_is_counted_until_now() -> None:
    line = summed(ANNA, [stay(0, 50), stay(100, None)], 160)
    assert (line.seconds, line.present, line.leaves) == (110, True, (50,))


def test_the_file_is_what_russian_spreadsheets_open() -> None:
    line = summed(ANNA, [stay(NOON, NOON + 2700.0, hands=1)], NOON)
    text = table([line], MOSCOW)
    assert text.startswith(BOM)
    lines = text.removeprefix(BOM).split("\r\n")
    assert lines[0] == ";".join(HEADER)
    assert lines[1] == (
        "s201;Иванова Анна;Ученик;26.01.2026 12:00:00;26.01.2026 12:45:00;2700;1;main;"
        "26.01.2026 12:00:00;26.01.2026 12:45:00"
    )
    assert lines[2:] == [""]


@pytest.mark.parametrize("name", ["=1+1", "+7", "-1", "@x", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_a_name_that_is_a_formula_stays_a_name(name: str) -> None:
    text = table([Attendance(Attendee("per_x", name, name, "parent"))], MOSCOW)

    row = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=";"))[1]
    assert row[0] == row[1] == f"'{name}"


def test_a_name_with_separators_stays_one_cell() -> None:
    text = table([Attendance(Attendee("per_x", None, 'Ива;нова "Аня"', "teacher"))], MOSCOW)
    assert text.split("\r\n")[1].startswith(';"Ива;нова ""Аня""";Учитель;')
