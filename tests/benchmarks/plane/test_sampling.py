import gc
from collections.abc import Iterator

import pytest

from benchmarks.plane.sampling import Sample, Sampler, alternate, low


def always(nanoseconds: int, operations: int = 1) -> Sampler:
    return lambda: Sample(nanoseconds, operations)


def test_few_of_many_values_are_below_the_low_one() -> None:
    assert low(list(range(100, 0, -1)), 0.05) == 6
    assert low([7.0]) == 7.0
    with pytest.raises(ValueError):
        low([])


def test_work_is_told_per_operation_and_per_operation_of_the_reference() -> None:
    timing = alternate(lambda: always(3000, 10), lambda: always(400, 4), 0.0)
    assert (timing.nanoseconds, timing.reference, timing.ratio) == (300.0, 100.0, 3.0)


def test_work_and_reference_take_turns() -> None:
    order = []

    def noting(what: str) -> Sampler:
        def sample() -> Sample:
            order.append(what)
            return Sample(1, 1)

        return sample

    alternate(lambda: noting("work"), lambda: noting("reference"), 0.0, passes=1)
    assert order == ["work", "reference"] * (len(order) // 2)


def test_an_unlucky_pass_does_not_count() -> None:
    lengths: Iterator[int] = iter((100, 250, 110))
    timing = alternate(lambda: always(next(lengths)), lambda: always(100), 0.0, passes=3)
    assert timing.ratio == 1.1


def test_nothing_is_collected_in_the_middle_of_a_sample() -> None:
    seen = []

    def sample() -> Sample:
        seen.append(gc.isenabled())
        return Sample(1, 1)

    alternate(lambda: sample, lambda: always(1), 0.0)
    assert set(seen) == {False}
    assert gc.isenabled()
