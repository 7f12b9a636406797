import pytest

from signalling.core.call.messages import (
    AddRoom,
    Assign,
    ChooseRoom,
    CloseRooms,
    ForgetGroups,
    KeepGroups,
    OpenRooms,
    PrepareRooms,
    RemoveRoom,
    RenameRoom,
)
from signalling.core.call.outputs import Place, Save, SaveGroups
from signalling.core.errors import Refusal, UserError
from tests.signalling.core.call.story import Story

PUPILS = [f"s{number}" for number in range(1, 11)]


def assigned(story: Story) -> dict[str, int]:
    return dict(story.call.breakout.assigned)


def refused(story: Story, who: str, request: object) -> Refusal:
    before = (assigned(story), dict(story.call.breakout.rooms), story.call.breakout.phase)
    with pytest.raises(UserError) as caught:
        story.ask(who, request)  # type: ignore[arg-type]
    assert (assigned(story), dict(story.call.breakout.rooms), story.call.breakout.phase) == before
    return caught.value.refusal


def test_random_groups_are_even_leave_teachers_out_and_move_nobody() -> None:
    story = Story(*PUPILS)
    story.come("boris", "teacher")
    story.ask("anna", PrepareRooms(1, "random", 3, seed=7))
    rooms = story.call.breakout
    assert sorted(len(rooms.people(number)) for number in (1, 2, 3)) == [3, 3, 4]
    assert set(assigned(story)) == set(PUPILS)
    assert (rooms.phase, rooms.seed) == ("prepared", 7)
    assert story.take(Place) == [] and story.take(Save)


def test_the_shown_seed_makes_the_same_groups_again() -> None:
    story = Story(*PUPILS)
    story.ask("anna", PrepareRooms(1, "random", 3))
    first, seed = [story.call.breakout.people(number) for number in (1, 2, 3)], story.call.breakout.seed
    story.now += 5
    story.ask("anna", PrepareRooms(2, "random", 3, seed=seed))
    assert [story.call.breakout.people(number) for number in (4, 5, 6)] == first


def test_pupils_of_the_roster_have_a_room_before_they_come_and_parents_when_they_came() -> None:
    story = Story()
    story.expect("s1", "s2", "s3")
    story.come("mother", "parent")
    story.come("father", "parent")
    story.go("father")
    story.ask("anna", PrepareRooms(1, "random", 2))
    assert set(assigned(story)) == {"s1", "s2", "s3", "mother"}


def test_fifty_rooms_at_most() -> None:
    story = Story(*PUPILS)
    story.ask("anna", PrepareRooms(1, "manual", 50))
    assert refused(story, "anna", AddRoom(2)) == "limit_exceeded"
    assert refused(story, "anna", PrepareRooms(3, "manual", 51)) == "invalid"
    assert refused(story, "anna", PrepareRooms(3, "manual", 0)) == "invalid"
    assert refused(story, "anna", PrepareRooms(3, "manual", 1, names=("a", "b"))) == "invalid"
    assert refused(story, "anna", PrepareRooms(3, "random", 2, seed=-1)) == "invalid"


def test_one_single_room_for_some_with_a_co_teacher() -> None:
    story = Story(*PUPILS)
    story.come("boris", "administrator")
    story.ask("anna", AddRoom(1, "Помощь"))
    for number, identity in enumerate(("boris", "s1", "s2")):
        story.ask("anna", Assign(number, identity, 1))
    story.ask("anna", OpenRooms(9))
    assert story.rooms() == {"boris": 1, "s1": 1, "s2": 1}


def test_numbers_are_not_used_again_and_names_count_on() -> None:
    story = Story()
    story.ask("anna", PrepareRooms(1, "manual", 2, names=("Север",)))
    story.ask("anna", RemoveRoom(2, 2))
    story.ask("anna", AddRoom(3))
    assert {number: group.name for number, group in story.call.breakout.rooms.items()} == {1: "Север", 3: "2"}


def test_a_room_is_renamed_on_one_line() -> None:
    story = Story()
    story.ask("anna", AddRoom(1))
    story.ask("anna", RenameRoom(2, 1, "  Группа\n «А» "))
    assert story.call.breakout.rooms[1].name == "Группа «А»"
    assert refused(story, "anna", RenameRoom(3, 1, " ")) == "invalid"
    assert refused(story, "anna", RenameRoom(3, 1, "x" * 61)) == "invalid"
    assert refused(story, "anna", RenameRoom(3, 1, "a\0b")) == "invalid"
    assert refused(story, "anna", RenameRoom(3, 2, "b")) == "not_found"


def test_somebody_assigned_elsewhere_moves_only_while_rooms_are_open() -> None:
    story = Story("s1")
    story.ask("anna", PrepareRooms(1, "manual", 2))
    story.ask("anna", Assign(2, "s1", 1))
    assert story.rooms() == {}
    story.ask("anna", OpenRooms(3))
    story.ask("anna", Assign(4, "s1", 2))
    assert story.rooms() == {"s1": 2}
    story.ask("anna", Assign(5, "s1", 0))
    assert story.rooms() == {} and assigned(story) == {}


def test_nobody_is_assigned_who_is_unknown_or_was_removed_or_to_no_room() -> None:
    story = Story("s1")
    story.ask("anna", AddRoom(1))
    assert refused(story, "anna", Assign(2, "nobody", 1)) == "not_found"
    assert refused(story, "anna", Assign(2, "s1", 7)) == "not_found"
    story.member("s1").standing = "removed"
    assert refused(story, "anna", Assign(2, "s1", 1)) == "precondition"


def test_pupils_choose_their_room_where_they_may() -> None:
    story = Story("s1", "s2")
    story.ask("anna", PrepareRooms(1, "self", 2))
    story.ask("s1", ChooseRoom(2, 1))
    story.ask("anna", OpenRooms(3))
    assert story.rooms() == {"s1": 1}
    story.ask("s2", ChooseRoom(4, 2))
    story.ask("s1", ChooseRoom(5, 2))
    assert story.rooms() == {"s1": 2, "s2": 2}
    story.ask("s1", ChooseRoom(6, 0))
    assert story.rooms() == {"s2": 2}
    assert refused(story, "anna", ChooseRoom(7, 1)) == "not_allowed"
    assert refused(story, "s1", ChooseRoom(7, 9)) == "not_found"
    story.ask("anna", CloseRooms(8, 30))
    assert refused(story, "s1", ChooseRoom(9, 1)) == "precondition"


def test_pupils_neither_choose_nor_change_where_they_may_not() -> None:
    story = Story("s1", "s2")
    story.ask("anna", PrepareRooms(1, "manual", 2))
    assert refused(story, "s1", ChooseRoom(2, 1)) == "precondition"
    for request in (Assign(3, "s1", 1), OpenRooms(3), AddRoom(3), PrepareRooms(3, "manual"), KeepGroups(3, "a")):
        assert refused(story, "s1", request) == "not_allowed"


def test_groups_of_the_class_are_kept_under_a_name_and_matched_by_identity() -> None:
    story = Story("s1", "s2", "s3")
    story.ask("anna", PrepareRooms(1, "manual", 2, names=("Север", "Юг")))
    for identity, room in (("s1", 1), ("s2", 2), ("s3", 1)):
        story.ask("anna", Assign(2, identity, room))
    story.ask("anna", KeepGroups(3, " Проекты "))
    assert story.take(SaveGroups) == [SaveGroups("Проекты", (("Север", ("s1", "s3")), ("Юг", ("s2",))))]

    later = Story("s2", "s1")  # s3 is in this class no longer
    later.call.breakout.kept = dict(story.call.breakout.kept)
    later.ask("anna", PrepareRooms(1, "kept", kept="Проекты"))
    assert [
        (group.name, later.call.breakout.people(number)) for number, group in later.call.breakout.rooms.items()
    ] == [
        ("Север", ("s1",)),
        ("Юг", ("s2",)),
    ]
    later.ask("anna", ForgetGroups(2, "Проекты"))
    assert later.take(SaveGroups) == [SaveGroups("Проекты", ())]
    assert refused(later, "anna", PrepareRooms(3, "kept", kept="Проекты")) == "not_found"
    assert refused(later, "anna", ForgetGroups(3, "Проекты")) == "not_found"


def test_a_call_of_no_class_keeps_no_groups() -> None:
    story = Story("s1", group="")
    story.ask("anna", AddRoom(1))
    assert refused(story, "anna", KeepGroups(2, "a")) == "precondition"


def test_rooms_are_not_laid_out_anew_while_people_are_in_them() -> None:
    story = Story("s1")
    story.ask("anna", AddRoom(1))
    story.ask("anna", OpenRooms(2))
    assert refused(story, "anna", PrepareRooms(3, "manual", 2)) == "precondition"
    story.ask("anna", CloseRooms(4))
    story.ask("anna", PrepareRooms(5, "manual", 2))
    assert sorted(story.call.breakout.rooms) == [2, 3]
