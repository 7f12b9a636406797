"""Everything in a room that happens because time passes: one deadline for all of it."""

from collections.abc import Iterator
from heapq import nsmallest

from livekit.protocol import models

from signalling.core import membership, speakers
from signalling.core.messages import Action
from signalling.core.offers import AnswerMissing, OfferDue
from signalling.core.outputs import CloseRoom, MakeOffer, ReadQuality, RefreshToken
from signalling.core.participant import JOINED, Participant
from signalling.core.quality import INTERVAL as QUALITY_INTERVAL
from signalling.core.room import COUNTS_INTERVAL, Room

Reason = models.DisconnectReason

OFFERS_AT_ONCE = 4
"""Offers of one `poll`. One with a hundred sections takes a millisecond or two, and the others can wait that long: they
are due at once, and until the next `poll` comes everything else has its turn."""


def poll(room: Room, now: float) -> None:
    """Do what is due."""
    room.flush_due(now)
    for participant in list(room.participants.values()):
        _poll_participant(room, participant, now)
    _make_offers(room, now)
    speakers.end_simulations(room, now)
    if room.counts_dirty and now >= room.counts_sent_at + COUNTS_INTERVAL:
        room.send_room_update(now)
    if room.quality.due is not None and now >= room.quality.due:
        room.quality.due = now + QUALITY_INTERVAL if room.participants else None
        room.put(ReadQuality())
    closes = _closes_at(room)
    if closes is not None and now >= closes:
        room.empty_since = None  # asked for once
        room.put(CloseRoom())


def deadline(room: Room) -> float | None:
    """When `poll` has to be called next, in monotonic seconds."""
    return min(_deadlines(room), default=None)


def _deadlines(room: Room) -> Iterator[float]:
    optional = [room.batch.deadline(), room.quality.due, _closes_at(room)]
    for participant in room.participants.values():
        optional += [participant.offers.deadline(), _gone_at(participant), _refresh_at(participant)]
    yield from (due for due in optional if due is not None)
    yield from room.simulated_speech.values()
    if room.counts_dirty:
        yield room.counts_sent_at + COUNTS_INTERVAL


def _closes_at(room: Room) -> float | None:
    if room.empty_since is None:
        return None
    settings = room.settings
    return room.empty_since + (settings.departure_timeout if room.had_participants else settings.empty_timeout)


def _gone_at(participant: Participant) -> float | None:
    """When a participant is given up that is not fully connected. A guest has nothing to be connected."""
    if participant.is_guest:
        return None
    if participant.is_settled:
        return None
    dates = [at + membership.RESUME_GRACE for at in participant.failed_at.values()]
    if not participant.signal:
        dates.append(participant.signal_lost_at + membership.RESUME_GRACE)
    if participant.state == JOINED:
        dates.append(participant.joined_at + membership.CONNECT_TIMEOUT)
    if participant.closed_at is not None:
        dates.append(participant.closed_at + membership.CLOSE_GRACE)
    return min(dates, default=None)


def _gone_because(participant: Participant) -> models.DisconnectReason:
    if participant.closed_at is not None:
        return Reason.MEDIA_FAILURE
    return Reason.JOIN_FAILURE if participant.state == JOINED else Reason.CONNECTION_TIMEOUT


def _refresh_at(participant: Participant) -> float | None:
    return participant.refresh_at if participant.signal else None


def _poll_participant(room: Room, participant: Participant, now: float) -> None:
    gone = _gone_at(participant)
    if gone is not None and now >= gone:
        membership.remove(room, participant, _gone_because(participant), Action.RECONNECT, now)
        return
    refresh = _refresh_at(participant)
    if refresh is not None and now >= refresh:
        participant.refresh_at = now + membership.REFRESH_INTERVAL
        room.put(RefreshToken(participant.sid))


def _make_offers(room: Room, now: float) -> None:
    """The offers that have waited longest, those to clients without any picture before all others."""
    dated = (
        (not p.offers.is_first, due, p.sid)
        for p in room.participants.values()
        if (due := p.offers.deadline()) is not None and due <= now
    )
    for *_, sid in nsmallest(OFFERS_AT_ONCE, dated):
        _make_offer(room, room.participants[sid], now)


def _make_offer(room: Room, participant: Participant, now: float) -> None:
    match participant.offers.poll(now):
        case OfferDue(offer, restart_ice):
            room.flush_to(participant)  # the tracks in the offer belong to participants that the client has to know
            room.put(MakeOffer(participant.sid, offer, restart_ice))
        case AnswerMissing():
            membership.remove(room, participant, Reason.STATE_MISMATCH, Action.RECONNECT, now)
