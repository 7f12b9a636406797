import pytest

from benchmarks.plane import baseline
from benchmarks.plane.calibration import CALIBRATIONS
from benchmarks.plane.case import Case, checked
from benchmarks.plane.cases import all_cases


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_the_plane_does_what_is_timed_again_and_again(case: Case) -> None:
    sampler = case.prepare()
    for _ in range(3):
        sample = sampler()
        assert sample.operations > 0
        assert sample.spent > 0


@pytest.mark.parametrize("name", CALIBRATIONS)
def test_reference_work_can_be_repeated(name: str) -> None:
    sampler = CALIBRATIONS[name]()
    assert {sampler().operations, sampler().operations} == {sampler().operations}


def test_every_case_has_a_name_of_its_own_a_reference_and_a_baseline() -> None:
    names = [case.name for case in all_cases()]
    assert len(names) == len(set(names))
    assert {case.calibration for case in all_cases()} == set(CALIBRATIONS)
    assert set(names) == set(baseline.read().ratios)


def test_work_that_was_not_done_is_not_timed() -> None:
    assert checked("packets", 3, 3) == 3
    with pytest.raises(RuntimeError, match="packets: 2 instead of 3"):
        checked("packets", 3, 2)
