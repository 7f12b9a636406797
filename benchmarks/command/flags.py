"""A scenario's fields as flags of the command line, and back. Pure."""

import argparse
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from typing import Any

from benchmarks.command.stop import UsageError
from benchmarks.rooms.plan import Scenario

TYPES: dict[Any, type] = {int: int, float: float, "int": int, "float": float}


def add(parser: argparse.ArgumentParser, kind: type[Scenario]) -> None:
    """A flag for each field, with its help, type and default; the one that a capacity search turns is marked."""
    group = parser.add_argument_group("the scenario")
    for field, flag in _flags(kind):
        turned = ", turned by --capacity" if field.name == kind.SIZE else ""
        words = f"{field.metadata['help']} (default: {field.default:g}{turned})".replace("%", "%%")
        number = TYPES[field.type]
        group.add_argument(flag, dest=field.name, type=number, default=field.default, metavar="N", help=words)


def made(options: argparse.Namespace, kind: type[Scenario]) -> Scenario:
    """The scenario that the flags describe. Raises UsageError, in words, for numbers that make no sense."""
    scenario = kind(**{field.name: getattr(options, field.name) for field, _ in _flags(kind)})
    try:
        scenario.plan()
    except ValueError as error:
        raise UsageError(str(error)) from error
    return scenario


def _flags(kind: Any) -> Iterator[tuple[Field[Any], str]]:
    for field in fields(kind):
        assert field.default is not MISSING, "every field of a scenario has a default"
        yield field, "--" + field.name.replace("_", "-")
