"""A room with its connections and its media: feeds one input to the core, carries out all outputs, arms one timer."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from livekit.protocol import models

from signalling.carrying_out import carry_out
from signalling.core import clockwork, forwarding, membership, profile, speakers
from signalling.core.bounds import Bounds
from signalling.core.errors import ProtocolError, UserError
from signalling.core.grants import Claims
from signalling.core.messages import Action
from signalling.core.participant import Client, Participant
from signalling.core.room import Room
from signalling.forwarding import Forwarding
from signalling.ports import MediaRoom
from signalling.seat import Seat, SignalConnection
from signalling.surroundings import Surroundings

logger = logging.getLogger("zvonok.signalling")

Reason = models.DisconnectReason
Step = Callable[[Room, Participant, float], object]
T = TypeVar("T")


class RoomFailedError(Exception):
    """A fault of ours: the room was torn down, everybody in it connects anew."""


class LiveRoom:
    """Owns its seats, their media peers and the media room; its guests belong to seats of other rooms.

    `closed` is called once, when it is over.
    """

    def __init__(self, room: Room, around: Surroundings, closed: Callable[["LiveRoom"], None]) -> None:
        self.room = room
        self.around = around
        self.seats: dict[str, Seat] = {}  # by participant sid
        self.guests: dict[str, Forwarding] = {}  # by participant sid
        self.is_over = False
        self._closed = closed
        self._media: MediaRoom | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._arming: asyncio.Handle | None = None
        self._arm()

    @property
    def name(self) -> str:
        return self.room.name

    @property
    def lane(self) -> int | None:
        """Index of the forwarding thread that its media is on; None as long as nobody came in."""
        return self._media.lane if self._media else None

    def open_media(self, lane: int | None = None) -> MediaRoom:
        """The media of the room; if it is not open yet, on the given lane, or on that of its call."""
        if self._media is None:
            calls = self.around.calls
            self._media = self.around.media.open_room(self, lane=calls.lane_of(self.name) if lane is None else lane)
            calls.opened_on(self.name, self._media.lane)
        return self._media

    def log(self, event: str, participant: Participant, **fields: object) -> None:
        """One line about a participant: what, who, where, and more as key=value."""
        details = "".join(f" {key}={value!r}" for key, value in fields.items())
        logger.info(
            "%s room=%r identity=%r participant=%s%s", event, self.name, participant.identity, participant.sid, details
        )

    # -- input, output, timer

    def run(self, step: Callable[[float], T], *, keeps_deadline: bool = False) -> T:
        """Do a step of the core at the present time and all that follows from it.

        With `keeps_deadline` nothing is due earlier because of the step, and the timer stays as it is.
        Raises UserError and ProtocolError of the step, and RoomFailedError for any fault of ours.
        """
        if self.is_over:
            raise RoomFailedError("the room is closed")
        try:
            return step(self.around.clock())
        except (UserError, ProtocolError):
            raise
        except Exception as error:
            self._fail()
            raise RoomFailedError(str(error)) from error
        finally:
            self._settle()
            if not keeps_deadline:
                self._arm()

    def feed(self, step: Step, participant: Participant, *, keeps_deadline: bool = False) -> None:
        """As `run`, for inputs that nobody waits for an answer to."""
        try:
            self.run(lambda now: step(self.room, participant, now), keeps_deadline=keeps_deadline)
        except UserError as error:
            self.log("input refused", participant, why=error.text)
        except RoomFailedError:
            pass  # logged where it happened

    def _settle(self) -> None:
        try:
            while not self.is_over and (outputs := self.room.take()):
                for output in outputs:
                    carry_out(self, output)
        except Exception:
            self._fail()

    def _arm(self) -> None:
        """The timer is set anew when this round of the event loop is over, once for all that happens in it: the next
        deadline is looked for among all participants, and a busy room has many inputs in one round.
        """
        if self._arming is None:
            self._arming = asyncio.get_running_loop().call_soon(self._set_timer)

    def _set_timer(self) -> None:
        self._disarm()
        due = None if self.is_over else clockwork.deadline(self.room)
        if due is not None:
            delay = max(0.0, due - self.around.clock())
            self._timer = asyncio.get_running_loop().call_later(delay, self._time_has_come)

    def _disarm(self) -> None:
        for handle in (self._arming, self._timer):
            if handle is not None:
                handle.cancel()
        self._arming = self._timer = None

    def _time_has_come(self) -> None:
        with contextlib.suppress(RoomFailedError):  # logged where it happened
            self.run(lambda now: clockwork.poll(self.room, now))

    # -- participants

    def join(
        self,
        claims: Claims,
        client: Client,
        attributes: Mapping[str, str],
        connection: SignalConnection,
        bounds: Bounds | None = None,
    ) -> Seat:
        """Let somebody in, bound by the rights of the room's call. Raises UserError when the room is full or its
        attributes are too large."""
        participant = Participant(
            sid=self.around.new_sid("PA_"),
            claims=claims,
            client=client,
            joined_at=self.around.clock(),
            joined_ms=self.around.wall_ms(),
            refresh_at=self.around.clock() + membership.REFRESH_INTERVAL,
        )
        if bounds is not None:
            participant.be_bound(bounds)
        if participant.permission.update_metadata:
            participant.attributes = profile.merge_attributes(claims.attributes, attributes, self.room.limits)
        seat = Seat(self, participant, connection)

        def enter(now: float) -> None:
            membership.check_capacity(self.room, participant.identity)
            seat.peer = self.open_media().join(participant.sid, seat)
            self.seats[participant.sid] = seat
            membership.join(self.room, participant, now)

        self.run(enter)
        self.log("joined", participant, protocol=client.protocol, sdk=client.sdk, version=client.version)
        return seat

    def resume(self, identity: str, sid: str, connection: SignalConnection) -> Seat | None:
        """Give somebody its place back. None when there is no such place: it has to join anew.

        So has who lost its media: a failed connection does not come back, and the client would wait for it in vain.
        """
        seat = self.seats.get(sid)
        if seat is None or seat.participant.identity != identity or seat.participant.failed_at:
            return None
        seat.connect(connection)
        self.feed(membership.resume, seat.participant)
        self.log("resumed", seat.participant)
        return seat

    def welcome(self, seat: Seat) -> None:
        """Show somebody here who is in another room of the same lane. Raises UserError."""
        lane, peer, original = seat.room.lane, seat.peer, seat.participant
        assert peer is not None

        def enter(now: float) -> None:
            forwarding.check_destination(self.room, original.identity)
            guest = forwarding.guest_of(original, self.room, now=now, joined_ms=self.around.wall_ms())
            self.open_media(lane).show(peer)
            self.guests[guest.sid] = seat.forwardings[guest.sid] = Forwarding(seat, self, guest)
            forwarding.arrive(self.room, guest, original, now)

        self.run(enter)

    def revoke_tokens(self, identity: str, issued_before: int) -> None:
        """Older tokens of somebody let nobody in while the room lives: before that time in seconds since the epoch, or
        until now if it is 0. Tokens tell whole seconds; one of the present second is older.
        """
        self.room.removals.note(identity, issued_before or int(self.around.wall()) + 1)

    def remove(self, participant: Participant, reason: models.DisconnectReason, action: Action | None) -> None:
        self.feed(lambda room, who, now: membership.remove(room, who, reason, action, now), participant)

    # -- what media reports

    def speakers_changed(self, levels: Mapping[str, float]) -> None:
        if not self.is_over:
            with contextlib.suppress(RoomFailedError):  # logged where it happened
                self.run(lambda _: speakers.changed(self.room, levels))

    # -- the end

    def close(self, reason: models.DisconnectReason, action: Action) -> None:
        """Everybody leaves, media closes, the room is forgotten. Safe to call twice."""
        if self.is_over:
            return
        membership.close(self.room, reason, action, self.around.clock())
        for output in self.room.take():
            carry_out(self, output)
        self.finish()

    def finish(self) -> None:
        """Nobody is left: close media and forget the room."""
        self.is_over = True
        self._disarm()
        for seat in self.seats.values():
            seat.leave()
        self.seats.clear()
        for guest in self.guests.values():
            guest.guest_left()
        self.guests.clear()
        if self._media is not None:
            self._media.close()
        self._closed(self)

    def _fail(self) -> None:
        logger.exception("room failed room=%r", self.name)
        self.around.counters["rooms_failed"] += 1
        if self.is_over:
            return
        try:
            self.close(Reason.UNKNOWN_REASON, Action.RECONNECT)
        except Exception:
            logger.exception("room could not be closed in order room=%r", self.name)
            self.finish()
