from pathlib import Path

import pytest

from benchmarks.load.model import Kind
from benchmarks.rooms import custom
from benchmarks.rooms.custom import CustomError, load, parse

EXAMPLE = Path(custom.__file__).parent / "examples" / "school.toml"


def test_the_example_is_a_plan() -> None:
    plan = load(EXAMPLE)
    assert (plan.name, len(plan.rooms), len(plan.seats)) == ("school", 16, 3 * 25 + 12 * 2 + 60)
    assert plan.joins_per_second == 20
    assert plan.churn is not None
    pupil = plan.rooms["class-1"][0]
    assert {rhythm.kind for rhythm in pupil.sends} == {Kind.AUDIO, Kind.VIDEO}
    assert len(pupil.cameras or ()) == 9
    assert plan.rooms["pair-0"][1].sends[1].burst == 2
    assert sum(seat.messages is not None for seat in plan.seats) == 6


def test_the_shortest_file_is_a_room_of_people_who_say_nothing() -> None:
    plan = parse("[[rooms]]\nparticipants = 2")
    assert [(seat.room, seat.identity, seat.sends) for seat in plan.seats] == [
        ("room1-0", "room1-0-0", ()),
        ("room1-0", "room1-0-1", ()),
    ]


def test_whole_numbers_serve_as_fractions() -> None:
    assert parse("joins_per_second = 3\n[[rooms]]\nparticipants = 2").joins_per_second == 3.0


ROOM = "[[rooms]]\nparticipants = 4\n"
WRONG = {
    "": r"at least one \[\[rooms\]\]",
    "rooms = 3": r"at least one \[\[rooms\]\]",
    "x = 1\ny = ?": "line 2",
    "[[rooms]]": r"\[\[rooms\]\] number 1: participants must be from 1",
    "[[rooms]]\nparticipants = '4'": "number 1: participants must be a whole number, not '4'",
    "[[rooms]]\nparticipants = true": "number 1: participants must be a whole number, not True",
    ROOM + "camras = 3": "number 1: there is no key 'camras'; known are .*cameras",
    ROOM + "cameras = 5": "number 1: cameras must be from 0 to 4, not 5",
    ROOM + "cameras = 4\n[rooms.camera]\nsize = 9000": r"number 1.camera: size must be from 80 to 1400, not 9000",
    ROOM + "[rooms.camera]\nburst = 0": r"number 1.camera: burst must be from 1",
    ROOM + "[rooms.voice]\nframes_per_second = 3": "number 1.voice: there is no key 'frames_per_second'",
    ROOM + "[rooms.messages]\nsize = 10": "number 1.messages: size must be from 32",
    ROOM + "[rooms.messages]\nreliable = 1": "number 1.messages: reliable must be true or false",
    ROOM + "camera = 3": "number 1.camera must be a table",
    ROOM + "name = 'a b'": "number 1: name must be 1 to 40 letters",
    ROOM + "name = 'a'\n" + ROOM + "name = 'a'": "same name",
    ROOM + "count = 900\n" + ROOM + "count = 900": "asks for 1800 rooms",
    "[[rooms]]\nparticipants = 5000\n" + ROOM: "asks for 5004 participants",
    "[[rooms]]\nparticipants = 500\ncameras = 500\ntiles = 499": "tiles, when they are fewer than the cameras, must be",
    ROOM + "[churn]\nper_second = 4\naway = 2": "the file's head.churn: .*nobody of 4",
    'title = "\\n"\n' + ROOM: "title must be one line",
    "joins_per_second = -1\n" + ROOM: "the file's head: joins_per_second must be from 0",
    "joins_per_second = nan\n" + ROOM: "the file's head: joins_per_second must be from 0",
    "churn = []\n" + ROOM: "churn must be a table",
    "a = " + "[" * 50_000: ".",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_with_its_place(text: str) -> None:
    with pytest.raises(CustomError, match=WRONG[text]):
        parse(text)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CustomError, match=r"nothing\.toml cannot be read: No such file"):
        load(tmp_path / "nothing.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CustomError, match=r"binary.toml cannot be read"):
        load(tmp_path / "binary.toml")
    (tmp_path / "empty.toml").write_text("")
    with pytest.raises(CustomError, match=r"empty.toml: at least one"):
        load(tmp_path / "empty.toml")
