import pytest

from benchmarks.plane.floor import measure_floor


@pytest.mark.parametrize("profile", [1, 7])
@pytest.mark.parametrize(("burst", "offload"), [(1, False), (4, False), (4, True)])
def test_every_step_takes_time(profile: int, burst: int, offload: bool) -> None:
    steps = measure_floor(profile=profile, receivers=3, burst=burst, offload=offload, iterations=20)
    assert all(step > 0 for step in steps)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError):
        measure_floor(profile=1, receivers=1000, burst=1, offload=False, iterations=1)
