"""A participant's stand-in in another room, joined to the seat that it follows."""

from typing import TYPE_CHECKING

from signalling.core import forwarding
from signalling.core.participant import Participant

if TYPE_CHECKING:
    from signalling.live_room import LiveRoom
    from signalling.seat import Seat


class Forwarding:
    """Owned by the seat of the original, ended by it or by the room that the guest is in, whichever ends first."""

    def __init__(self, seat: "Seat", destination: "LiveRoom", guest: Participant) -> None:
        self.seat = seat
        self.destination = destination
        self.guest = guest

    def follow(self) -> None:
        """The original changed."""
        original = self.seat.participant
        self.destination.feed(
            lambda room, guest, now: forwarding.follow(room, guest, original, now),
            self.guest,
        )

    def end(self) -> None:
        """The original is gone from its room: so is the guest, for the same reason."""
        reason = self.seat.participant.reason
        self.destination.feed(lambda room, guest, now: forwarding.leave(room, guest, reason, now), self.guest)

    def guest_left(self) -> None:
        """The guest is gone: media shows nothing of the original there any longer."""
        self.seat.forwardings.pop(self.guest.sid, None)
        if self.seat.peer is not None:
            self.destination.open_media().hide(self.seat.peer)
