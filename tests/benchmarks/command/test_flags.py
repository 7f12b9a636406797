import argparse

import pytest

from benchmarks.command import flags, single
from benchmarks.command.stop import UsageError
from benchmarks.rooms import SCENARIOS
from benchmarks.rooms.lecture import Lecture
from benchmarks.rooms.plan import Scenario


def parser(kind: type[Scenario]) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser()
    flags.add(made, kind)
    single.add_arguments(made)
    single.add_capacity_arguments(made)
    return made


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_has_flags_that_clash_with_nothing(name: str) -> None:
    kind = SCENARIOS[name]
    assert flags.made(parser(kind).parse_args([]), kind) == kind()
    assert "%" not in parser(kind).format_help().replace("--loss %", "")


def test_flags_set_fields() -> None:
    options = parser(Lecture).parse_args(["--receivers", "7", "--burst", "5"])
    assert flags.made(options, Lecture) == Lecture(receivers=7, burst=5)


def test_help_says_defaults_and_what_a_search_turns() -> None:
    words = " ".join(parser(Lecture).format_help().split())
    assert "participants that only receive (default: 30, turned by --capacity)" in words


def test_numbers_that_make_no_sense_end_with_words() -> None:
    with pytest.raises(UsageError, match="receivers must be from 1"):
        flags.made(parser(Lecture).parse_args(["--receivers", "0"]), Lecture)
