"""Who reads what in a call's chat, and who sees a reaction."""

import pytest

from signalling.core.call import talking
from signalling.core.call.messages import (
    MAX_TEXT,
    Assign,
    Audience,
    Chat,
    OpenRooms,
    PrepareRooms,
    React,
    Reacted,
    Rights,
    Say,
    SetRights,
)
from signalling.core.call.outputs import Tell
from signalling.core.errors import Refusal, UserError
from tests.signalling.core.call.story import Story


def split() -> Story:
    """Boris is in room 1, Vera and Anna are in the main room, Dina teaches and does not lead."""
    story = Story("boris", "vera")
    story.come("dina", "teacher")
    story.ask("anna", PrepareRooms(1, "manual", 2))
    story.ask("anna", Assign(2, "boris", 1))
    story.ask("anna", OpenRooms(3))
    story.done.clear()
    return story


def readers(story: Story, who: str, to: Audience, text: str = "hello") -> set[str]:
    outputs = story.ask(who, Say(1, text, to))
    return {identity for output in outputs if isinstance(output, Tell) for identity in output.to}


def test_each_message_has_its_readers_then_and_later():
    story = split()
    assert readers(story, "boris", "room", "here") == {"boris"}
    assert readers(story, "vera", "room", "there") == {"anna", "vera", "dina"}
    assert readers(story, "anna", "call", "everywhere") == {"anna", "boris", "vera", "dina"}
    assert readers(story, "boris", "teachers", "help") == {"anna", "boris", "dina"}

    def texts(identity: str) -> list[str]:
        return [message.text for message in talking.history(story.call, story.member(identity)).messages]

    assert texts("boris") == ["here", "everywhere", "help"]
    assert texts("vera") == ["there", "everywhere"]
    assert texts("dina") == ["there", "everywhere", "help"]
    story.member("vera").standing = "lobby"
    assert texts("vera") == []


def test_what_is_said_is_bounded():
    story = split()
    for text in ("", "  \n ", "a" * (MAX_TEXT + 1)):
        with pytest.raises(UserError) as error:
            story.ask("boris", Say(1, text))
        assert error.value.refusal is Refusal.INVALID
    for number in range(talking.MAX_KEPT + 10):
        story.ask("boris", Say(number, str(number)))
    assert len(story.call.messages) == talking.MAX_KEPT
    assert story.call.messages[-1].id == talking.MAX_KEPT + 10


def test_writing_needs_the_right_to():
    story = split()
    story.ask("anna", SetRights(1, "student", Rights(chat=False)))
    with pytest.raises(UserError) as error:
        story.ask("boris", Say(2, "hello"))
    assert error.value.refusal is Refusal.NOT_ALLOWED
    assert readers(story, "dina", "room") == {"anna", "vera", "dina"}


def test_a_reaction_stays_in_its_room_and_is_not_kept():
    story = split()
    (told,) = story.ask("vera", React(1, "heart"))
    assert isinstance(told, Tell) and set(told.to) == {"anna", "vera", "dina"}
    assert told.message == Reacted("vera", "heart")
    assert talking.history(story.call, story.member("vera")) == Chat(())
