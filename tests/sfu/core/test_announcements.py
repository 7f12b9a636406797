"""Announced tracks find their sections."""

from sfu.core.announcements import Announcement, Announcements, Assigned, Matching, OfferedSection

MICROPHONE = Announcement("TR_mic", frozenset({"cid-mic"}), audio=True)
CAMERA = Announcement("TR_cam", frozenset({"cid-cam", "cid-cam-backup"}), audio=False)
SCREEN = Announcement("TR_screen", frozenset({"cid-screen"}), audio=False, screen=True)


def section(mid: str, *, audio: bool, client_track: str = "", active: bool = True) -> OfferedSection:
    return OfferedSection(mid, audio, active, client_track)


def test_a_section_takes_the_announcement_that_names_its_track_id() -> None:
    announcements = Announcements()
    announcements.announce(CAMERA)
    announcements.announce(SCREEN)
    matching = announcements.offered([section("1", audio=False, client_track="cid-screen")])
    assert matching == Matching(started=(Assigned("1", SCREEN),))
    assert announcements.mids == {"1": "TR_screen"}
    assert announcements.pending == ("TR_cam",)


def test_without_a_known_id_the_oldest_pending_of_the_kind_is_taken() -> None:
    announcements = Announcements()
    for announcement in (MICROPHONE, CAMERA, SCREEN):
        announcements.announce(announcement)
    matching = announcements.offered([section("1", audio=False, client_track="{unknown}"), section("2", audio=True)])
    assert matching.started == (Assigned("1", CAMERA), Assigned("2", MICROPHONE))


def test_a_named_section_wins_over_an_unnamed_one_that_comes_before_it() -> None:
    announcements = Announcements()
    announcements.announce(CAMERA)
    sections = [section("1", audio=False, client_track="other"), section("2", audio=False, client_track="cid-cam")]
    assert announcements.offered(sections).started == (Assigned("2", CAMERA),)


def test_an_offer_may_come_before_its_announcement() -> None:
    announcements = Announcements()
    assert announcements.offered([section("0", audio=True, client_track="cid-mic")]) == Matching()
    assert announcements.announce(MICROPHONE).started == (Assigned("0", MICROPHONE),)


def test_a_kind_never_matches_the_other_kind() -> None:
    announcements = Announcements()
    announcements.announce(MICROPHONE)
    assert announcements.offered([section("0", audio=False, client_track="cid-mic")]) == Matching()


def test_a_repeated_offer_changes_nothing() -> None:
    announcements = Announcements()
    announcements.announce(CAMERA)
    offer = [section("1", audio=False, client_track="cid-cam")]
    announcements.offered(offer)
    assert announcements.offered(offer) == Matching()
    assert announcements.announce(CAMERA) == Matching()


def test_an_inactive_or_missing_section_stops_its_track() -> None:
    announcements = Announcements()
    announcements.announce(CAMERA)
    announcements.announce(MICROPHONE)
    announcements.offered([section("0", audio=True), section("1", audio=False)])
    assert announcements.offered([section("0", audio=True)]).stopped == ("TR_cam",)
    assert announcements.offered([section("0", audio=True, active=False)]).stopped == ("TR_mic",)
    assert announcements.mids == {}


def test_a_section_that_carries_another_track_now_stops_the_old_one_and_starts_the_new() -> None:
    announcements = Announcements()
    announcements.announce(CAMERA)
    announcements.offered([section("1", audio=False, client_track="cid-cam")])
    announcements.announce(SCREEN)
    matching = announcements.offered([section("1", audio=False, client_track="cid-screen")])
    assert matching == Matching(started=(Assigned("1", SCREEN),), stopped=("TR_cam",))


def test_a_withdrawn_track_leaves_its_section_empty_until_the_next_offer() -> None:
    announcements = Announcements()
    announcements.announce(CAMERA)
    announcements.offered([section("1", audio=False, client_track="cid-cam")])
    assert announcements.withdraw("TR_cam")
    assert not announcements.withdraw("TR_cam")
    assert announcements.announce(SCREEN) == Matching()
    assert announcements.offered([section("1", audio=False, client_track="cid-screen")]).started == (
        Assigned("1", SCREEN),
    )
