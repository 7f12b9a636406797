"""Every fuzz target holds on its seeds and on a few thousand seeded mutations; `make fuzz` runs them for longer."""

import importlib
import random

import pytest

from tests.fuzz.__main__ import mutated, names

TRIES = 2000


@pytest.mark.parametrize("name", names())
def test_the_invariant_holds(name: str) -> None:
    target = importlib.import_module(f"tests.fuzz.target_{name}")
    chance = random.Random(20260126)
    for seed in target.SEEDS:
        target.fuzz(seed)
    for _ in range(TRIES):
        target.fuzz(mutated(chance.choice(target.SEEDS), chance, target.SEEDS))


@pytest.mark.parametrize("name", names())
def test_the_target_says_its_invariant(name: str) -> None:
    target = importlib.import_module(f"tests.fuzz.target_{name}")
    assert target.__doc__ and "nvariant" in target.__doc__
    assert len(target.SEEDS) > 0
