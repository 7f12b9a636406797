"""Rights of roles and people, what follows for their media, and what moderators do to others."""

import pytest
from livekit.protocol import models

from signalling.core.call import rights, saved
from signalling.core.call.messages import (
    Admit,
    AdmitAll,
    AskToUnmute,
    Goodbye,
    HideCamera,
    KeepTemplate,
    Mute,
    MuteAll,
    RaiseHand,
    RemovePerson,
    Rights,
    SetCoTeacher,
    SetLayout,
    SetLobby,
    SetPersonRights,
    SetRights,
)
from signalling.core.call.outputs import Dismiss, Eject, Enforce, LetIn, SaveTemplate, Silence, Tell
from signalling.core.call.state import Call
from signalling.core.errors import Refusal, UserError
from tests.signalling.core.call.story import Story

Source = models.TrackSource


def refusal(story: Story, who: str, request: object) -> Refusal:
    with pytest.raises(UserError) as error:
        story.ask(who, request)  # type: ignore[arg-type]
    return error.value.refusal


def sources(story: Story, identity: str) -> set[models.TrackSource]:
    return set(rights.permission_of(story.call, story.member(identity)).sources)


def enforced(outputs: list[object]) -> list[str]:
    return [output.identity for output in outputs if isinstance(output, Enforce)]


def test_learners_share_no_screen_until_they_may():
    story = Story("boris", "vera")
    assert sources(story, "boris") == {Source.MICROPHONE, Source.CAMERA}
    assert rights.permission_of(story.call, story.member("anna")).may_publish(Source.SCREEN_SHARE)
    outputs = story.ask("anna", SetRights(1, "student", Rights(screen=True)))
    assert enforced([*outputs]) == ["boris", "vera"]
    assert Source.SCREEN_SHARE_AUDIO in sources(story, "vera")
    story.ask("anna", SetRights(2, "student", Rights(screen=True, unmute=False)))
    assert sources(story, "vera") == {Source.MICROPHONE, Source.CAMERA, Source.SCREEN_SHARE}


def test_a_person_s_own_rights_come_before_those_of_the_role():
    story = Story("boris", "vera")
    story.ask("anna", SetPersonRights(1, "boris", Rights(camera=False)))
    assert enforced([*story.ask("anna", SetRights(2, "student", Rights(screen=True)))]) == ["vera"]
    assert sources(story, "boris") == {Source.MICROPHONE}
    story.ask("anna", SetPersonRights(3, "boris"))
    assert Source.SCREEN_SHARE in sources(story, "boris")


def test_without_any_source_nothing_is_published():
    story = Story("boris")
    story.ask("anna", SetRights(1, "student", Rights(microphone=False, camera=False)))
    permission = rights.permission_of(story.call, story.member("boris"))
    assert not permission.publish


def test_the_sound_of_a_screen_is_sound_as_well():
    story = Story("boris")
    story.ask("anna", SetRights(1, "student", Rights(microphone=False, screen=True)))
    assert sources(story, "boris") == {Source.CAMERA, Source.SCREEN_SHARE}


def test_rights_bind_learners_only():
    story = Story("boris")
    story.come("dina", "teacher")
    story.ask("anna", SetCoTeacher(1, "boris", on=True))
    for identity in ("boris", "dina", "anna"):
        assert refusal(story, "anna", SetPersonRights(2, identity, Rights())) is Refusal.PRECONDITION
        assert rights.rights_of(story.call, story.member(identity)) == rights.EVERYTHING


def test_a_hand_goes_down_with_the_right_to_it():
    story = Story("boris")
    story.ask("boris", RaiseHand(1))
    story.ask("anna", SetRights(1, "student", Rights(hand=False)))
    assert story.member("boris").hand_since is None
    assert [note.what for note in story.notes("boris")] == ["hand_lowered"]
    assert refusal(story, "boris", RaiseHand(2)) is Refusal.NOT_ALLOWED


def test_an_allowance_to_unmute_ends_when_a_teacher_mutes():
    story = Story("boris")
    story.ask("anna", SetRights(1, "student", Rights(unmute=False)))
    boris = story.member("boris")
    assert rights.unmuting_of(story.call, boris) == "never"
    assert enforced([*story.ask("anna", AskToUnmute(2, "boris"))]) == ["boris"]
    assert rights.unmuting_of(story.call, boris) == "once"
    story.ask("anna", Mute(3, "boris"))
    assert rights.unmuting_of(story.call, boris) == "never"
    story.ask("anna", SetRights(4, "student", Rights(microphone=False)))
    assert refusal(story, "anna", AskToUnmute(5, "boris")) is Refusal.PRECONDITION


def test_all_are_muted_but_moderators_and_those_elsewhere():
    story = Story("boris", "vera")
    story.ask("anna", SetCoTeacher(1, "vera", on=True))
    muted = [output for output in story.ask("anna", MuteAll(2)) if isinstance(output, Silence)]
    assert [(output.identity, output.source) for output in muted] == [("boris", "microphone")]
    assert refusal(story, "anna", MuteAll(3, room=1)) is Refusal.NOT_FOUND
    story.go("boris")
    assert not story.ask("anna", MuteAll(4))
    assert refusal(story, "anna", Mute(5, "boris")) is Refusal.PRECONDITION


def test_hidden_cameras_are_for_those_who_lead_now():
    story = Story("boris", "vera")
    story.ask("boris", HideCamera(1, on=True))
    boris = story.member("boris")
    assert rights.bounds_of(story.call, boris).camera_audience == {"anna"}
    assert enforced([*story.ask("anna", SetCoTeacher(2, "vera", on=True))]) == ["vera", "boris"]
    assert rights.bounds_of(story.call, boris).camera_audience == {"anna", "vera"}
    story.ask("boris", HideCamera(3, on=False))
    assert rights.bounds_of(story.call, boris).camera_audience is None


def test_who_is_removed_waits_to_come_back_even_without_a_lobby():
    story = Story("boris")
    outputs = story.ask("anna", RemovePerson(1, "boris"))
    told = next(output for output in outputs if isinstance(output, Tell))
    assert told.message == Goodbye("removed")
    assert any(isinstance(output, Eject) for output in outputs) and any(isinstance(one, Dismiss) for one in outputs)
    story.go("boris")
    story.come("boris", room=0)
    assert story.member("boris").standing == "lobby"
    outputs = story.ask("anna", Admit(2, "boris"))
    assert [output.identity for output in outputs if isinstance(output, LetIn)] == ["boris"]
    assert refusal(story, "anna", RemovePerson(3, "anna")) is Refusal.PRECONDITION


def test_those_of_the_roster_wait_as_well_if_they_have_not_been_in():
    story = Story("boris")
    story.expect("vera")
    story.ask("anna", SetLobby(1, on=True))
    story.come("vera", room=0)
    story.come("gleb", "parent", room=0)
    story.come("dina", "teacher", room=0)
    assert [one.identity for one in story.call.members.values() if one.standing == "lobby"] == ["vera", "gleb"]
    story.ask("anna", AdmitAll(2))
    assert all(one.standing == "in" for one in story.call.members.values())


def test_a_layout_pins_somebody_who_is_known():
    story = Story("boris")
    assert refusal(story, "anna", SetLayout(1, "speaker", "nobody")) is Refusal.NOT_FOUND
    story.ask("anna", SetLayout(2, "speaker", "boris"))
    assert (story.call.layout, story.call.pinned) == ("speaker", "boris")


def test_a_class_s_next_call_begins_as_its_template_says():
    story = Story()
    story.ask("anna", SetRights(1, "parent", Rights(chat=False)))
    story.ask("anna", SetLobby(2, on=True))
    kept = next(output for output in story.ask("anna", KeepTemplate(3)) if isinstance(output, SaveTemplate))
    call = Call("call_2", "Algebra", "7v")
    template = saved.Template(kept.student, kept.parent, kept.lobby, kept.layout)
    saved.begin_as(call, saved.dump_template(template))
    assert call.lobby and not call.rights["parent"].chat and call.rights["student"].chat
    assert refusal(Story(group=""), "anna", KeepTemplate(4)) is Refusal.PRECONDITION
