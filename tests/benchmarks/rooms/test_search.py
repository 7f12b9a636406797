import pytest

from benchmarks.rooms.search import sizes


def tried(limit: int, first: int, most: int) -> tuple[int, list[int]]:
    """What the search finds and tries on a server that carries up to `limit`."""
    search, log = sizes(first, most), []
    try:
        size = next(search)
        while True:
            log.append(size)
            size = search.send(size <= limit)
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
    assert tried(170, 30, 1000) == (165, [30, 60, 120, 240, 240, 180, 180, 150, 165, 172, 172])


def test_the_most_is_the_end() -> None:
    assert tried(5000, 30, 100) == (100, [30, 60, 100])


def test_a_size_that_fails_once_is_tried_again() -> None:
    search = sizes(4, 8)
    assert next(search) == 4
    assert search.send(False) == 4
    assert search.send(True) == 8
