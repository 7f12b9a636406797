import pytest

from benchmarks.rooms.search import sizes


def tried(limit: int, first: int, most: int) -> tuple[int, list[int]]:
    """What the search finds and tries on a server that carries up to `limit`."""
    search, log = sizes(first, most), []
    try:
        size = next(search)
        while True:
            log.append(size)
            size = search.send(0 if size <= limit else size)
    except StopIteration as found:
        return found.value, log


@pytest.mark.parametrize("first", [1, 7, 30, 100])
@pytest.mark.parametrize("limit", [0, 1, 2, 3, 29, 30, 31, 63, 64, 99, 250, 998, 999, 1000, 5000])
def test_it_finds_the_limit_within_a_twentieth(first: int, limit: int) -> None:
    found, log = tried(limit, first, 1000)
    wanted = min(limit, 1000)
    assert wanted - max(1, wanted // 20) <= found <= wanted
    assert len(log) <= 30


def test_it_doubles_then_halves() -> None:
    assert tried(170, 30, 1000) == (165, [30, 60, 120, 240, 180, 150, 165, 172, 172])


def test_the_most_is_the_end() -> None:
    assert tried(5000, 30, 100) == (100, [30, 60, 100])


def test_what_failed_once_by_accident_does_not_limit_the_result() -> None:
    search, log = sizes(4, 64), []
    try:
        size = next(search)
        while True:
            log.append(size)
            size = search.send(0 if log != [4, 8] and size <= 40 else size)
    except StopIteration as found:
        assert found.value == 40
    assert log == [4, 8, 6, 7, 8, 16, 32, 64, 48, 40, 44, 42, 42]


def test_a_limit_that_fails_twice_is_believed() -> None:
    search = sizes(1, 8)
    assert next(search) == 1
    assert search.send(0) == 2
    assert search.send(2) == 2
    with pytest.raises(StopIteration, match="1"):
        search.send(2)


def test_a_size_that_was_given_up_on_the_way_brings_the_limit_nearer() -> None:
    search = sizes(400, 10_000)
    assert next(search) == 400
    assert search.send(0) == 800
    assert search.send(500) == 450  # not 600
    assert search.send(0) == 475
    assert search.send(0) == 487
    assert search.send(0) == 500  # once more, and in full this time
    with pytest.raises(StopIteration, match="487"):
        search.send(500)


def test_giving_up_below_what_worked_says_nothing_of_the_sizes_between() -> None:
    search = sizes(400, 10_000)
    assert next(search) == 400
    assert search.send(0) == 800
    assert search.send(390) == 600
