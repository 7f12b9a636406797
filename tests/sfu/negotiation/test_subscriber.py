import itertools
from dataclasses import replace
from random import Random

import pytest

from sfu.negotiation import subscriber
from sfu.negotiation.description import Fingerprint, MediaSection, Msid, SessionDescription
from sfu.negotiation.errors import SdpError
from sfu.negotiation.parameters import LocalParameters
from sfu.negotiation.sdp import Reader, parse, render
from sfu.negotiation.subscriber import AT_ONCE, Rank, SubscriberSections
from sfu.plane.model import Codec, ExtensionIds, PayloadType

LOCAL = LocalParameters("ufrag", "p" * 22, Fingerprint("sha-256", ":".join(["AB"] * 32)), ())
SENT_VP8 = PayloadType(Codec.VP8, 96, 97)
SENT_H264 = PayloadType(Codec.H264, 102, 103)


@pytest.fixture
def sections() -> SubscriberSections:
    return made()


def made(*, transport_cc: bool = False) -> SubscriberSections:
    ssrcs = itertools.count(1001)
    return SubscriberSections(5, lambda: next(ssrcs), transport_cc=transport_cc)


def answer_to(description: SessionDescription) -> SessionDescription:
    """What a willing client answers."""

    def turned(section: MediaSection) -> MediaSection:
        direction = "recvonly" if section.direction == "sendonly" else section.direction
        changed = replace(section, direction=direction, msids=(), sources=(), source_groups=())
        return replace(changed, ufrag="them", password="q" * 22, setup="active")

    answer = replace(description, ice_lite=False, sections=tuple(map(turned, description.sections)))
    return parse(render(answer))


def negotiate(sections: SubscriberSections) -> tuple[SessionDescription, dict[str, str]]:
    description, mids = sections.offer(LOCAL)
    sections.accept(answer_to(description))
    return description, mids


def test_the_first_section_is_for_data_and_always_there(sections: SubscriberSections) -> None:
    description, mids = sections.offer(LOCAL)
    (data,) = description.sections
    assert (data.kind, data.mid, data.setup, data.sctp_port) == ("application", "0", "actpass", 5000)
    assert mids == {}
    accepted = sections.accept(answer_to(description))
    assert accepted.data
    assert accepted.remote.setup == "active"


def test_a_track_gets_a_section_with_its_names_and_numbers(sections: SubscriberSections) -> None:
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    sections.add("TR_a", "audio", "PA_1|camera", Codec.OPUS)
    description, mids = sections.offer(LOCAL)
    assert mids == {"1": "TR_v", "2": "TR_a"}
    _, video, audio = description.sections
    assert (video.kind, video.direction, video.msids) == ("video", "sendonly", (Msid("PA_1|camera", "TR_v"),))
    (group,) = video.source_groups
    assert group.ssrcs == tuple(source.ssrc for source in video.sources)
    assert [source.cname for source in (*video.sources, *audio.sources)] == ["PA_1"] * 3
    assert len(audio.sources) == 1
    assert not audio.source_groups
    assert [each.number for each in video.formats] == [96, 97, 102, 103]
    accepted = sections.accept(answer_to(description)).sections
    assert [(each.mid, each.track, each.active) for each in accepted] == [("1", "TR_v", True), ("2", "TR_a", True)]
    assert accepted[0].payload_types == (SENT_VP8, SENT_H264)
    assert (accepted[0].ssrc, accepted[0].rtx_ssrc) == group.ssrcs
    assert accepted[1].rtx_ssrc == 0


def test_what_does_not_change_between_offers_is_the_same_object(sections: SubscriberSections) -> None:
    reader = Reader()
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    first, _ = sections.offer(LOCAL)
    (before,) = sections.accept(reader.parse(render(answer_to(first)))).sections
    sections.add("TR_a", "audio", "PA_1|camera", Codec.OPUS)
    second, _ = sections.offer(LOCAL)
    accepted = sections.accept(reader.parse(render(answer_to(second)))).sections
    assert second.sections[1] is first.sections[1]
    assert accepted[0] is before
    assert [each.track for each in accepted] == ["TR_v", "TR_a"]


def test_new_credentials_reach_every_section(sections: SubscriberSections) -> None:
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    negotiate(sections)
    restarted, _ = sections.offer(replace(LOCAL, ufrag="other", pwd="r" * 22))
    assert [(each.ufrag, each.password) for each in restarted.sections] == [("other", "r" * 22)] * 2


def test_a_changed_answer_to_the_same_section_counts(sections: SubscriberSections) -> None:
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    negotiate(sections)
    answer = answer_to(sections.offer(LOCAL)[0])
    refused = replace(answer, sections=(answer.sections[0], replace(answer.sections[1], direction="inactive")))
    assert [each.active for each in sections.accept(refused).sections] == [False]


def test_the_codec_that_is_sent_stands_first(sections: SubscriberSections) -> None:
    sections.add("TR_v", "video", "PA_1|camera", Codec.H264)
    description, _ = sections.offer(LOCAL)
    assert [each.number for each in description.sections[1].formats] == [102, 103, 96, 97]
    assert sections.accept(answer_to(description)).sections[0].payload_types == (SENT_H264, SENT_VP8)


def test_receivers_estimate_themselves_unless_they_are_to_report_every_packet() -> None:
    for transport_cc, feedback, field in (
        (False, "goog-remb", "abs_send_time"),
        (True, "transport-cc", "transport_cc"),
    ):
        sections = made(transport_cc=transport_cc)
        sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
        description, _ = sections.offer(LOCAL)
        assert description.sections[1].formats[0].feedback == ("nack", "nack pli", "ccm fir", feedback)
        extensions = sections.accept(answer_to(description)).extensions
        assert [getattr(extensions, name) != 0 for name in ("abs_send_time", "transport_cc")] == [
            field == "abs_send_time",
            field == "transport_cc",
        ]


def test_an_ended_track_leaves_an_idle_section_which_the_next_of_its_kind_uses(sections: SubscriberSections) -> None:
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    first = negotiate(sections)[0].sections[1]
    assert sections.remove("TR_v")
    idle = negotiate(sections)[0].sections[1]
    assert (idle.direction, idle.msids, idle.sources) == ("inactive", (), ())
    assert idle.formats == first.formats
    assert idle.extensions == first.extensions
    sections.add("TR_a", "audio", "PA_2|camera", Codec.OPUS)
    sections.add("TR_w", "video", "PA_2|camera", Codec.VP8)
    description, mids = negotiate(sections)
    assert mids == {"1": "TR_w", "2": "TR_a"}
    again = description.sections[1]
    assert {source.ssrc for source in again.sources}.isdisjoint(source.ssrc for source in first.sources)


def test_a_section_used_again_tells_the_track_in_its_stream(sections: SubscriberSections) -> None:
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    negotiate(sections)
    sections.remove("TR_v")
    negotiate(sections)
    sections.add("TR_w", "video", "PA_2|camera", Codec.VP8)
    assert negotiate(sections)[0].sections[1].msids == (Msid("PA_2|TR_w", "TR_w"),)


def swap(sections: SubscriberSections, gone: str, come: str) -> tuple[str, str]:
    """One track goes, another comes; section and stream id of the one that came, once the client has confirmed."""
    sections.remove(gone)
    sections.add(come, "video", f"PA_{come[-1]}|camera", Codec.VP8)
    description, mids = negotiate(sections)
    (mid,) = mids
    return mid, description.sections[int(mid)].msids[0].stream


def test_tracks_that_come_and_go_in_turn_keep_their_sections(sections: SubscriberSections) -> None:
    sections.add("TR_a", "video", "PA_a|camera", Codec.VP8)
    negotiate(sections)
    used = [swap(sections, *pair) for pair in [("TR_a", "TR_b"), ("TR_b", "TR_a")] * 20]
    assert {mid for mid, _ in used[::2]} == {"2"}
    assert {mid for mid, _ in used[1::2]} == {"1"}


def test_a_stream_id_never_comes_back_to_a_section(sections: SubscriberSections) -> None:
    tracks = ["TR_a", "TR_b", "TR_c", "TR_d", "TR_e"]
    sections.add("TR_a", "video", "PA_a|camera", Codec.VP8)
    negotiate(sections)
    used = [("1", "PA_a|camera")]
    random = Random(7)
    now = "TR_a"
    for _ in range(200):
        gone, now = now, random.choice([track for track in tracks if track != now])
        used.append(swap(sections, gone, now))
    assert len(set(used)) == len(used)
    assert len({mid for mid, _ in used}) <= len(tracks) + 1


def test_the_client_can_tell_every_track_by_its_stream_or_by_the_section_s_first_track(
    sections: SubscriberSections,
) -> None:
    sections.add("TR_a", "video", "PA_a|camera", Codec.VP8)
    negotiate(sections)
    names = {"1": "TR_a"}
    now = "TR_a"
    for come in ("TR_b", "TR_c", "TR_a", "TR_c", "TR_b", "TR_c", "TR_a", "TR_b") * 3:
        mid, stream = swap(sections, now, come)
        told = stream.split("|")[1]
        assert (told if told.startswith("TR") else names.setdefault(mid, come)) == come
        now = come


def test_a_track_whose_first_offer_was_never_confirmed_is_told_in_the_stream(sections: SubscriberSections) -> None:
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    sections.offer(LOCAL)
    sections.remove("TR_v")
    negotiate(sections)
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    assert negotiate(sections)[0].sections[1].msids == (Msid("PA_1|TR_v", "TR_v"),)


def test_a_section_that_remembers_too_many_names_carries_its_first_track_only(
    sections: SubscriberSections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriber, "MAX_GUESTS", 1)
    sections.add("TR_a", "video", "PA_a|camera", Codec.VP8)
    negotiate(sections)
    for track, mid in (("TR_b", "1"), ("TR_c", "2"), ("TR_a", "1")):
        for known in ("TR_a", "TR_b", "TR_c"):
            sections.remove(known)
        negotiate(sections)
        sections.add(track, "video", "PA_x|camera", Codec.VP8)
        assert negotiate(sections)[1] == {mid: track}


def test_a_section_is_not_used_again_before_the_client_knows_that_it_is_idle(sections: SubscriberSections) -> None:
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    negotiate(sections)
    sections.remove("TR_v")
    sections.add("TR_w", "video", "PA_2|camera", Codec.VP8)
    description, mids = sections.offer(LOCAL)
    assert mids == {"2": "TR_w"}
    sections.add("TR_x", "video", "PA_3|camera", Codec.VP8)
    sections.accept(answer_to(description))
    assert sections.offer(LOCAL)[1] == {"1": "TR_x", "2": "TR_w"}


def test_a_track_that_was_never_offered_leaves_no_trace(sections: SubscriberSections) -> None:
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    sections.remove("TR_v")
    sections.add("TR_w", "video", "PA_2|camera", Codec.VP8)
    description, mids = sections.offer(LOCAL)
    assert mids == {"1": "TR_w"}
    assert description.sections[1].msids == (Msid("PA_2|camera", "TR_w"),)


def test_versions_count_and_a_new_offer_replaces_an_unanswered_one(sections: SubscriberSections) -> None:
    first, _ = sections.offer(LOCAL)
    sections.add("TR_a", "audio", "PA_1|camera", Codec.OPUS)
    second, _ = sections.offer(LOCAL)
    assert (first.session_id, first.version, second.version) == (5, 1, 2)
    with pytest.raises(SdpError):
        sections.accept(answer_to(first))
    assert [each.track for each in sections.accept(answer_to(second)).sections] == ["TR_a"]
    with pytest.raises(SdpError):
        sections.accept(answer_to(second))


def test_tracks_added_while_an_offer_is_out_come_with_the_next(sections: SubscriberSections) -> None:
    description, _ = sections.offer(LOCAL)
    sections.add("TR_a", "audio", "PA_1|camera", Codec.OPUS)
    assert sections.accept(answer_to(description)).sections == ()
    assert sections.offer(LOCAL)[1] == {"1": "TR_a"}


def test_what_the_client_refuses_is_not_active(sections: SubscriberSections) -> None:
    sections.add("TR_v", "video", "PA_1|camera", Codec.H264)
    description, _ = sections.offer(LOCAL)
    answer = answer_to(description)
    data, video = answer.sections
    only_vp8 = replace(video, formats=video.formats[2:], extensions=())
    for refused, active in (
        (replace(video, port=0), False),
        (replace(video, direction="inactive"), False),
        (replace(video, formats=()), False),
        (only_vp8, True),
    ):
        accepted = sections.accept(replace(answer, sections=(data, refused)))
        assert accepted.sections[0].active is active
        sections.offer(LOCAL)
    assert accepted.sections[0].payload_types == (SENT_VP8,)
    assert accepted.extensions == ExtensionIds()


def test_retransmissions_that_the_client_does_not_take_have_no_ssrc(sections: SubscriberSections) -> None:
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    description, _ = sections.offer(LOCAL)
    answer = answer_to(description)
    data, video = answer.sections
    accepted = sections.accept(replace(answer, sections=(data, replace(video, formats=video.formats[:1]))))
    assert accepted.sections[0].rtx_ssrc == 0
    assert accepted.sections[0].payload_types == (PayloadType(Codec.VP8, 96),)


def test_an_answer_of_another_shape_is_an_error_and_the_offer_stays(sections: SubscriberSections) -> None:
    sections.add("TR_a", "audio", "PA_1|camera", Codec.OPUS)
    description, _ = sections.offer(LOCAL)
    answer = answer_to(description)
    for wrong in (answer.sections[:1], answer.sections[::-1], ()):
        with pytest.raises(SdpError):
            sections.accept(replace(answer, sections=wrong))
    assert sections.accept(answer).sections


def test_a_track_is_sent_once_and_sections_are_bounded(
    sections: SubscriberSections, monkeypatch: pytest.MonkeyPatch
) -> None:
    sections.add("TR_a", "audio", "PA_1|camera", Codec.OPUS)
    with pytest.raises(SdpError):
        sections.add("TR_a", "audio", "PA_1|camera", Codec.OPUS)
    assert not sections.remove("TR_unknown")
    monkeypatch.setattr(subscriber, "MAX_SECTIONS", 3)
    sections.add("TR_b", "audio", "PA_1|camera", Codec.OPUS)
    with pytest.raises(SdpError):
        sections.add("TR_c", "audio", "PA_1|camera", Codec.OPUS)


def test_of_many_tracks_the_lowest_ranks_come_first_and_the_others_in_doubling_numbers(
    sections: SubscriberSections,
) -> None:
    tracks = [f"TR_{number}" for number in range(5 * AT_ONCE)]
    for track in tracks:
        sections.add(track, "audio", "PA_1|camera", Codec.OPUS)
    screens = tracks[-2:]
    description, mids = sections.offer(LOCAL, lambda track: Rank.SCREEN if track in screens else Rank.LIVE)
    assert list(mids.values()) == [*screens, *tracks[: AT_ONCE - 2]]
    offered = [len(mids)]
    while sections.waiting:
        sections.accept(answer_to(description))
        description, mids = sections.offer(LOCAL)
        offered.append(len(mids))
    assert offered == [AT_ONCE, 2 * AT_ONCE, 4 * AT_ONCE, 5 * AT_ONCE]
    assert sorted(mids.values()) == sorted(tracks)


def test_in_a_large_room_what_is_muted_waits_for_an_offer_of_its_own(sections: SubscriberSections) -> None:
    tracks = [f"TR_{number}" for number in range(AT_ONCE + 1)]
    for track in tracks:
        sections.add(track, "audio", "PA_1|camera", Codec.OPUS)
    heard = tracks[3:5]

    def rank(track: str) -> Rank:
        return Rank.LIVE if track in heard else Rank.MUTED

    description, mids = sections.offer(LOCAL, rank)
    assert list(mids.values()) == heard
    sections.accept(answer_to(description))
    assert set(sections.offer(LOCAL, rank)[1].values()) == set(tracks)


def test_a_track_that_waits_is_removed_without_an_offer(sections: SubscriberSections) -> None:
    for number in range(AT_ONCE + 1):
        sections.add(f"TR_{number}", "video", "PA_1|camera", Codec.VP8)
    sections.offer(LOCAL)
    assert list(sections.waiting) == [f"TR_{AT_ONCE}"]
    assert not sections.remove(f"TR_{AT_ONCE}")
    assert sections.remove("TR_0")
