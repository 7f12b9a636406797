import pytest

from signalling.core.call import grouping

PEOPLE = [f"s{number}" for number in range(30)]


@pytest.mark.parametrize("count", [1, 2, 7, 29, 30, 50])
def test_sizes_differ_by_one_at_most_and_everybody_is_in_one_group(count: int) -> None:
    shares = grouping.dealt(PEOPLE, (), count, 17)
    sizes = [len(share) for share in shares]
    assert len(shares) == count and max(sizes) - min(sizes) <= 1
    assert sorted(one for share in shares for one in share) == sorted(PEOPLE)


def test_the_same_seed_gives_the_same_groups_whoever_came_first() -> None:
    assert grouping.dealt(PEOPLE, (), 7, 17) == grouping.dealt(PEOPLE[::-1], (), 7, 17)
    assert grouping.dealt(PEOPLE, (), 7, 17) != grouping.dealt(PEOPLE, (), 7, 18)


def test_those_who_are_here_are_shared_out_evenly_as_well_as_all_together() -> None:
    here = PEOPLE[:13]
    for share in (shares := grouping.dealt(here, PEOPLE, 5, 4)):
        assert 2 <= sum(one in here for one in share) <= 3
    assert {len(share) for share in shares} == {6}


def test_seeds_do_not_favour_anybody() -> None:
    firsts = {grouping.at_random(PEOPLE, seed)[0] for seed in range(400)}
    assert len(firsts) == len(PEOPLE)


def test_rooms_without_a_name_are_numbered() -> None:
    assert grouping.titles(["Север", ""], 3) == ["Север", "2", "3"]
    assert grouping.free_title(["1", "2", "3"], 3) == "4"
    assert grouping.free_title(["1", "4", "3"], 3) == "5"


def test_a_picked_seed_can_be_read_aloud() -> None:
    assert 0 <= grouping.seed_of(1_800_000_000.123) <= grouping.MAX_SEED
