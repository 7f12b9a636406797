import pytest

from signalling.core.call.breakout import PHASES
from signalling.core.call.messages import (
    AddRoom,
    Assign,
    CallTeacher,
    CloseRoom,
    CloseRooms,
    CloseWall,
    Note,
    OpenRoom,
    OpenRooms,
    OpenWall,
    PrepareRooms,
    RemoveRoom,
    SetTimer,
    SpeakToRooms,
    TellRooms,
    VisitRoom,
)
from signalling.core.call.outputs import Hang, Happened, Place, Save, ShowIn
from signalling.core.call.state import Call
from signalling.core.call.view import View
from signalling.core.errors import Refusal, UserError
from tests.signalling.core.call.story import Story


def in_rooms(rooms: int = 2, **assigned: int) -> Story:
    """Rooms laid out, with the named pupils in the given ones; all are in the main room still."""
    story = Story(*assigned)
    story.ask("anna", PrepareRooms(1, "manual", rooms))
    for identity, room in assigned.items():
        story.ask("anna", Assign(1, identity, room))
    return story


def opened(rooms: int = 2, **assigned: int) -> Story:
    story = in_rooms(rooms, **assigned)
    story.ask("anna", OpenRooms(1))
    return story


def refusal(story: Story, who: str, request: object) -> Refusal:
    with pytest.raises(UserError) as caught:
        story.ask(who, request)  # type: ignore[arg-type]
    return caught.value.refusal


def phase(story: Story) -> str:
    return story.call.breakout.phase


def test_opening_takes_those_who_have_a_room_there_and_closing_brings_everybody_back() -> None:
    story = in_rooms(s1=1, s2=2, s3=0)
    done = story.ask("anna", OpenRooms(1))
    assert [output for output in done if isinstance(output, Place)] == [Place("s1", 1), Place("s2", 2)]
    assert [output.what for output in done if isinstance(output, Happened)] == ["rooms_opened"]
    assert story.rooms() == {"s1": 1, "s2": 2}
    done = story.ask("anna", CloseRooms(2))
    assert story.rooms() == {} and phase(story) == "prepared"
    assert [output.what for output in done if isinstance(output, Happened)] == ["rooms_closed"]
    story.ask("anna", OpenRooms(3))
    assert story.rooms() == {"s1": 1, "s2": 2}, "who belongs where is kept"


def test_late_dropped_and_returning_pupils_come_to_their_own_room() -> None:
    story = Story("s1")
    story.expect("late")
    story.ask("anna", PrepareRooms(1, "manual", 2))
    story.ask("anna", Assign(1, "s1", 1))
    story.ask("anna", Assign(1, "late", 2))
    story.ask("anna", OpenRooms(2))
    story.come("late")
    story.go("s1")
    story.come("s1")
    assert story.rooms() == {"s1": 1, "late": 2}
    story.go("s1")
    story.come("s1", room=0)  # with a token from before the rooms opened
    assert story.rooms() == {"s1": 1, "late": 2}
    story.come("unassigned")
    assert "unassigned" not in story.rooms()


def test_a_recall_warns_those_in_rooms_and_takes_them_back_in_time() -> None:
    story = opened(s1=1, s2=0)
    story.ask("anna", CloseRooms(1, 30))
    assert phase(story) == "closing" and story.rooms() == {"s1": 1}
    assert story.notes("s1") == [Note("rooms_close_soon", by="Anna", seconds=30)]
    assert story.notes("s2") == []
    story.wait(29)
    assert story.rooms() == {"s1": 1}
    story.wait(1)
    assert story.rooms() == {} and phase(story) == "prepared"


def test_a_recall_is_taken_back() -> None:
    story = opened(s1=1)
    story.ask("anna", CloseRooms(1, 30))
    story.ask("anna", OpenRooms(2, minutes=5))
    story.wait(60)
    assert phase(story) == "open" and story.rooms() == {"s1": 1}


def test_a_timer_warns_a_minute_before_its_end_once_and_closes_then() -> None:
    story = in_rooms(s1=1)
    story.ask("anna", OpenRooms(1, minutes=10))
    story.wait(539)
    assert story.notes("s1") == []
    story.wait(1)
    assert story.notes("s1") == [Note("rooms_close_soon", seconds=60)]
    story.wait(59)
    assert story.notes("s1") == [] and story.rooms() == {"s1": 1}
    story.wait(1)
    assert story.rooms() == {} and phase(story) == "prepared"


def test_a_timer_is_changed_and_taken_away() -> None:
    story = in_rooms(s1=1)
    story.ask("anna", OpenRooms(1, minutes=1))
    story.wait(30)
    story.ask("anna", SetTimer(2, minutes=3))
    story.wait(120)
    assert [note.seconds for note in story.notes("s1")] == [60, 60], "warned anew"
    story.ask("anna", SetTimer(3))
    story.wait(10_000)
    assert story.rooms() == {"s1": 1}
    for minutes in (0, 1441):
        assert refusal(story, "anna", SetTimer(4, minutes=minutes)) == "invalid"


def test_time_that_ran_out_while_the_server_was_away_closes_rooms_at_once() -> None:
    story = in_rooms(s1=1)
    story.ask("anna", OpenRooms(1, minutes=10))
    story.now += 3_600
    story.wait(0)
    assert story.rooms() == {}


def test_one_room_is_closed_opened_added_and_removed_while_others_go_on() -> None:
    story = opened(s1=1, s2=2)
    story.ask("anna", CloseRoom(1, 1))
    assert story.rooms() == {"s2": 2}
    story.ask("anna", OpenRoom(2, 1))
    assert story.rooms() == {"s1": 1, "s2": 2}
    story.ask("anna", AddRoom(3))
    story.ask("anna", Assign(4, "s1", 3))
    assert story.rooms() == {"s1": 3, "s2": 2}
    story.ask("anna", RemoveRoom(5, 3))
    assert story.rooms() == {"s2": 2} and story.call.breakout.assigned == {"s2": 2}
    assert phase(story) == "open"


def test_with_the_last_open_room_all_are_closed() -> None:
    story = opened(s1=1)
    story.ask("anna", CloseRoom(1, 1))
    assert phase(story) == "open"
    story.ask("anna", CloseRoom(1, 2))
    assert phase(story) == "prepared"
    assert [happened.what for happened in story.take(Happened)] == ["rooms_opened", "rooms_closed"]
    story.ask("anna", OpenRoom(2, 1))
    assert phase(story) == "open" and story.rooms() == {"s1": 1}
    story.ask("anna", RemoveRoom(3, 1))
    story.ask("anna", RemoveRoom(3, 2))
    assert phase(story) == "none" and story.rooms() == {}


def test_a_moderator_goes_from_room_to_room_and_keeps_the_own_assignment() -> None:
    story = opened(s1=1, s2=2)
    for room in (1, 2):
        story.ask("anna", VisitRoom(room, room))
        assert story.rooms()["anna"] == room
    assert story.call.breakout.assigned == {"s1": 1, "s2": 2}
    story.ask("anna", CloseRoom(3, 2))
    assert story.rooms() == {"s1": 1}, "the visitor comes back with the room's people"
    assert refusal(story, "anna", VisitRoom(4, 2)) == "precondition"
    assert refusal(story, "anna", VisitRoom(4, 9)) == "not_found"
    assert refusal(story, "s1", VisitRoom(4, 2)) == "not_allowed"


def test_rooms_wait_for_the_teacher_in_order_until_one_comes() -> None:
    story = opened(s1=1, s2=2)
    story.ask("s2", CallTeacher(1, on=True))
    story.wait(5)
    story.ask("s1", CallTeacher(1, on=True))
    story.wait(5)
    story.ask("s2", CallTeacher(2, on=True))  # asking again does not lose the place
    rooms = story.call.breakout.rooms
    assert (rooms[1].called_at or 0) - (rooms[2].called_at or 0) == 5
    assert View(story.call).you(story.member("s2")).called_teacher
    story.ask("anna", VisitRoom(3, 2))
    assert rooms[2].called_at is None and rooms[1].called_at is not None
    story.ask("s1", CallTeacher(4, on=False))
    assert rooms[1].called_at is None


def test_nobody_calls_a_teacher_out_of_the_main_room_or_as_one() -> None:
    story = opened(s1=1, s2=0)
    assert refusal(story, "s2", CallTeacher(1, on=True)) == "precondition"
    story.ask("anna", VisitRoom(2, 1))
    assert refusal(story, "anna", CallTeacher(3, on=True)) == "not_allowed"


def test_a_text_reaches_all_rooms_and_the_main_one_or_the_chosen_ones() -> None:
    story = opened(s1=1, s2=2, s3=0)
    story.ask("anna", TellRooms(1, " Пять минут! "))
    story.ask("anna", TellRooms(2, "Только вам", rooms=(2,)))
    told = story.done
    assert [story.notes(who) for who in ("s2",)] == [
        [Note("told", text="Пять минут!", by="Anna"), Note("told", text="Только вам", by="Anna")]
    ]
    assert told
    story.ask("anna", TellRooms(3, "Всем"))
    assert story.notes("s3") == [Note("told", text="Всем", by="Anna")]
    for text in (" ", "x" * 301):
        assert refusal(story, "anna", TellRooms(4, text)) == "invalid"
    assert refusal(story, "anna", TellRooms(4, "a", rooms=(7,))) == "not_found"
    assert refusal(story, "s1", TellRooms(4, "a")) == "not_allowed"


def test_a_voice_to_rooms_reaches_those_that_open_later_and_ends_when_asked() -> None:
    story = in_rooms(3, s1=1)
    story.ask("anna", OpenRoom(1, 1))
    story.take(ShowIn)
    story.ask("anna", SpeakToRooms(2, (1, 2, 3)))
    story.ask("anna", OpenRooms(3))
    story.ask("anna", CloseRoom(4, 3))
    story.ask("anna", SpeakToRooms(5))
    shown = [output.rooms for output in story.take(ShowIn)]
    assert shown == [(1,), (1, 2, 3), (1, 2), ()]


def test_a_voice_to_rooms_ends_when_its_moderator_goes_into_one_or_rooms_close() -> None:
    story = opened(s1=1)
    story.ask("anna", SpeakToRooms(1, (1, 2)))
    story.ask("anna", VisitRoom(2, 1))
    assert story.member("anna").speaking_to == ()
    assert refusal(story, "anna", SpeakToRooms(3, (2,))) == "precondition"
    story.ask("anna", VisitRoom(4, 0))
    story.ask("anna", SpeakToRooms(5, (2,)))
    story.ask("anna", CloseRooms(6))
    assert story.member("anna").speaking_to == ()
    assert refusal(story, "anna", SpeakToRooms(7, (9,))) == "not_found"
    assert refusal(story, "s1", SpeakToRooms(7, (1,))) == "not_allowed"


def test_a_wall_shows_everybody_in_rooms_newcomers_too_until_it_is_closed() -> None:
    story = opened(s1=1, s2=2, s3=0)
    story.ask("anna", OpenWall(1))
    assert story.take(Hang)[-1] == Hang("anna", ("s1", "s2"))
    story.ask("anna", Assign(2, "s3", 1))
    assert story.take(Hang)[-1] == Hang("anna", ("s1", "s2", "s3"))
    story.come("boris", "administrator")
    story.ask("boris", VisitRoom(3, 1))
    assert story.take(Hang)[-1].people == ("s1", "s2", "s3", "boris")
    story.ask("anna", CloseWall(4))
    assert story.take(Hang) == [Hang("anna", None)]
    story.ask("anna", CloseWall(5))
    story.ask("anna", VisitRoom(6, 1))
    assert story.take(Hang) == []


def test_a_wall_does_not_show_its_owner_and_goes_with_them() -> None:
    story = opened(s1=1)
    story.ask("anna", OpenWall(1))
    story.ask("anna", VisitRoom(2, 1))
    assert story.take(Hang)[-1] == Hang("anna", ("s1",))
    story.go("anna")
    assert story.take(Hang)[-1] == Hang("anna", None) and story.call.breakout.walls == set()
    assert refusal(story, "s1", OpenWall(3)) == "not_allowed"


def test_what_has_to_outlive_a_restart_is_kept() -> None:
    story = in_rooms(s1=1)
    for request in (OpenRooms(1), Assign(2, "s1", 2), CloseRoom(3, 1), SetTimer(4, 5), CloseRooms(5)):
        story.take(Save)
        story.ask("anna", request)
        assert story.take(Save), request


def test_phases_that_have_people_in_rooms_always_have_a_way_back() -> None:
    for (before, step), after in PHASES.items():
        assert step != "close" or after == "prepared"
        if after in ("open", "closing"):
            assert (after, "close") in PHASES, before
    assert Call("c", "t").breakout.phase == "none"
