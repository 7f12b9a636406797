"""Fixtures of the forwarding unit. Its modules are imported late: tests of parts must not need the compiled thread."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sfu.media import Room
    from tests.sfu.unit import Client, Unit


@pytest.fixture
async def unit() -> "AsyncIterator[Unit]":
    from tests.sfu.unit import Unit

    unit = Unit(lanes=2)
    yield unit
    await unit.close()


@pytest.fixture
def room(unit: "Unit") -> "Room":
    from tests.sfu.fakes import Ear

    return unit.service.open_room(Ear(), lane=0)


@pytest.fixture
def teacher(unit: "Unit", room: "Room") -> "Client":
    from tests.sfu.unit import Client

    return Client(unit, room, "teacher")


@pytest.fixture
def pupil(unit: "Unit", room: "Room") -> "Client":
    from tests.sfu.unit import Client

    return Client(unit, room, "pupil")
