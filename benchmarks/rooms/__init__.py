"""Scenarios: who joins, what they send, what is measured. They know servers only as `peers.peer.Peer`.

A scenario is a small file with a frozen dataclass as `plan.Scenario` asks, listed here; `custom` reads plans from TOML.
"""

from collections.abc import Mapping

from benchmarks.rooms.breakout import Breakout
from benchmarks.rooms.churn import ChurningClass
from benchmarks.rooms.data import DataFanOut
from benchmarks.rooms.lecture import Lecture
from benchmarks.rooms.plan import Scenario
from benchmarks.rooms.school_class import SchoolClass
from benchmarks.rooms.storm import Storm
from benchmarks.rooms.webinar import Webinar

_ALL: tuple[type[Scenario], ...] = (Lecture, SchoolClass, Breakout, Storm, ChurningClass, Webinar, DataFanOut)
SCENARIOS: Mapping[str, type[Scenario]] = {scenario.NAME: scenario for scenario in _ALL}
