import json
import math
from pathlib import Path

import pytest

from benchmarks.load.model import EndpointStats, Kind
from benchmarks.report.plain import plain
from tests.support.outcomes import OUTCOME


def test_an_outcome_becomes_json_with_all_its_fields() -> None:
    held = json.loads(json.dumps(plain([OUTCOME])))
    assert held[0]["windows"][0]["server"]["cpu"] == 0.5
    assert held[0]["windows"][0]["video"]["p99"] == 0.001


def test_enums_sets_named_tuples_and_paths() -> None:
    assert plain({Kind.VIDEO: frozenset({"b", "a"})}) == {"VIDEO": ["a", "b"]}
    assert plain(EndpointStats(*range(14)))["packets"] == 0
    assert plain(Path("/home/somebody/school.toml")) == "school.toml"


def test_what_json_cannot_hold_is_nothing() -> None:
    assert plain([math.nan, math.inf, 1.5]) == [None, None, 1.5]


def test_anything_else_is_an_error() -> None:
    with pytest.raises(TypeError, match="object"):
        plain(object())
