"""Who gets what, through joins, moves and leaves."""

import pytest

from sfu.core.router import Edge, Router, Track

MAIN, BREAKOUT = 1, 2
TEACHER, PUPIL, OTHER = 10, 11, 12


@pytest.fixture
def router() -> Router:
    router = Router()
    router.open(MAIN)
    router.open(BREAKOUT)
    for peer in (TEACHER, PUPIL):
        router.join(peer, MAIN)
    router.publish(Track("TR_cam", TEACHER, publication=100, audio=False))
    return router


def test_a_track_is_received_only_once_it_is_live(router: Router) -> None:
    assert router.subscribe(PUPIL, "TR_cam") is None
    router.set_live("TR_cam")
    assert router.subscribe(PUPIL, "TR_cam") == Edge(PUPIL, "TR_cam", TEACHER)
    assert list(router.receivers_of("TR_cam")) == [PUPIL]
    assert router.subscriptions == 1


def test_nobody_receives_unknown_own_or_already_received_tracks(router: Router) -> None:
    router.set_live("TR_cam")
    assert router.subscribe(PUPIL, "TR_unknown") is None
    assert router.subscribe(TEACHER, "TR_cam") is None
    assert router.subscribe(PUPIL, "TR_cam") is not None
    assert router.subscribe(PUPIL, "TR_cam") is None


def test_a_track_is_not_received_in_another_room(router: Router) -> None:
    router.set_live("TR_cam")
    router.join(OTHER, BREAKOUT)
    assert router.subscribe(OTHER, "TR_cam") is None


def test_a_move_keeps_the_tracks_live_and_ends_the_subscriptions_both_ways(router: Router) -> None:
    router.publish(Track("TR_mic", PUPIL, publication=101, audio=True, live=True))
    router.set_live("TR_cam")
    router.set_muted("TR_cam", True)
    to_pupil, to_teacher = router.subscribe(PUPIL, "TR_cam"), router.subscribe(TEACHER, "TR_mic")
    assert set(router.move(TEACHER, BREAKOUT)) == {to_pupil, to_teacher}
    assert [track.track for track in router.tracks_in(BREAKOUT)] == ["TR_cam"]
    assert [track.track for track in router.tracks_in(MAIN)] == ["TR_mic"]
    moved = router.track("TR_cam")
    assert moved is not None and moved.live and moved.muted and moved.publication == 100
    router.join(OTHER, BREAKOUT)
    assert router.subscribe(OTHER, "TR_cam") == Edge(OTHER, "TR_cam", TEACHER)
    assert router.room_of(TEACHER) == BREAKOUT


def test_unpublishing_ends_the_subscriptions_of_that_track_only(router: Router) -> None:
    router.publish(Track("TR_mic", TEACHER, publication=101, audio=True, live=True))
    router.set_live("TR_cam")
    camera = router.subscribe(PUPIL, "TR_cam")
    router.subscribe(PUPIL, "TR_mic")
    assert router.unpublish("TR_cam") == (camera,)
    assert router.unpublish("TR_cam") == ()
    assert list(router.receivers_of("TR_mic")) == [PUPIL]


def test_leaving_takes_everything_along_and_leaves_an_empty_room(router: Router) -> None:
    router.set_live("TR_cam")
    edge = router.subscribe(PUPIL, "TR_cam")
    assert router.leave(TEACHER) == (edge,)
    assert router.track("TR_cam") is None
    assert router.leave(PUPIL) == ()
    assert list(router.peers_in(MAIN)) == []
    assert router.subscriptions == 0
    router.close(MAIN)


def test_unsubscribing_twice_changes_nothing(router: Router) -> None:
    router.set_live("TR_cam")
    edge = router.subscribe(PUPIL, "TR_cam")
    assert router.unsubscribe(PUPIL, "TR_cam") == edge
    assert router.unsubscribe(PUPIL, "TR_cam") is None


def test_a_peer_shown_in_another_room_is_received_in_both(router: Router) -> None:
    router.set_live("TR_cam")
    router.join(OTHER, BREAKOUT)
    router.show(TEACHER, BREAKOUT)
    assert router.subscribe(OTHER, "TR_cam") == Edge(OTHER, "TR_cam", TEACHER)
    assert router.subscribe(PUPIL, "TR_cam") == Edge(PUPIL, "TR_cam", TEACHER)
    assert set(router.receivers_of("TR_cam")) == {OTHER, PUPIL}
    assert [track.track for track in router.tracks_shown_in(BREAKOUT)] == ["TR_cam"]
    assert list(router.tracks_in(BREAKOUT)) == [] and list(router.peers_in(BREAKOUT)) == [OTHER]
    assert router.room_of(TEACHER) == MAIN


def test_a_shown_peer_receives_nothing_of_the_other_room(router: Router) -> None:
    router.join(OTHER, BREAKOUT)
    router.publish(Track("TR_mic", OTHER, publication=101, audio=True, live=True))
    router.show(TEACHER, BREAKOUT)
    assert router.subscribe(TEACHER, "TR_mic") is None


def test_hiding_ends_the_subscriptions_of_that_room_only(router: Router) -> None:
    router.set_live("TR_cam")
    router.join(OTHER, BREAKOUT)
    router.show(TEACHER, BREAKOUT)
    there = router.subscribe(OTHER, "TR_cam")
    router.subscribe(PUPIL, "TR_cam")
    assert router.hide(TEACHER, BREAKOUT) == (there,)
    assert router.hide(TEACHER, BREAKOUT) == ()
    assert list(router.receivers_of("TR_cam")) == [PUPIL]
    assert router.subscribe(OTHER, "TR_cam") is None


@pytest.mark.parametrize("goes", ["leave", "move"])
def test_who_goes_is_shown_nowhere_any_longer(router: Router, goes: str) -> None:
    third = 3
    router.open(third)
    router.set_live("TR_cam")
    router.join(OTHER, BREAKOUT)
    router.show(TEACHER, BREAKOUT)
    there, here = router.subscribe(OTHER, "TR_cam"), router.subscribe(PUPIL, "TR_cam")
    ended = router.leave(TEACHER) if goes == "leave" else router.move(TEACHER, third)
    assert set(ended) == {there, here}
    assert list(router.tracks_shown_in(BREAKOUT)) == []
    assert router.subscribe(OTHER, "TR_cam") is None


def test_a_room_closes_with_somebody_shown_in_it(router: Router) -> None:
    router.show(TEACHER, BREAKOUT)
    router.close(BREAKOUT)
    router.leave(TEACHER)
