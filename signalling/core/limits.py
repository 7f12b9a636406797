"""Bounds on what clients can make the server hold, with the reason for each figure."""

from dataclasses import dataclass

from signalling.core.errors import Refusal, UserError


@dataclass(frozen=True, slots=True)
class Limits:
    """All bounds of signalling. Sizes are bytes of UTF-8 or of the encoded message."""

    rooms: int = 2_000
    participants_per_room: int = 300
    forwardings_per_participant: int = 50  # a teacher speaks to all groups of a large class
    tracks_per_participant: int = 16  # camera, microphone, screen with sound, and room for the curious
    identity: int = 256
    name: int = 256
    room_name: int = 256
    metadata: int = 64_000  # what clients expect of a LiveKit server
    attributes: int = 64_000  # keys and values together
    token: int = 16_384
    frame: int = 1_048_576  # one signalling message; an offer with 100 sections has about 300 KB
    data_packet: int = 65_535  # a=max-message-size of our descriptions
    # Data packets of one participant, counted in datagrams to all receivers: a tenth of a millisecond of ours each.
    data_datagrams_per_second: float = 4_000.0  # sustained: 40 strokes of a whiteboard per second for 100 people
    data_datagram_burst: int = 40_000  # 40 MB for one person, or 400 short messages for 100
    queue_messages: int = 1_024  # waiting for one slow client
    queue_bytes: int = 8_388_608
    resend_messages: int = 2_048  # reliable packets kept per room for those who resume
    resend_bytes: int = 4_194_304
    requests_per_second: float = 100.0  # sustained, per client
    request_burst: int = 1_000  # a page of 300 tiles tells about the size of each


def require_size(text: str, limit: int, what: str) -> None:
    """Refuse a text of more than `limit` bytes."""
    # No character takes less than one byte: the cheap test first.
    if len(text) > limit or len(text.encode("utf-8", "surrogatepass")) > limit:
        raise UserError(Refusal.LIMIT_EXCEEDED, f"{what} is longer than {limit} bytes")


class RateLimit:
    """A token bucket: `burst` at once, `rate` per second in the long run."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._left = float(burst)
        self._at = now

    def take(self, now: float, cost: float = 1.0, *, spare: float = 0.0) -> bool:
        """Count a request that costs so much; False when it is one too many. It leaves `spare` (0..1) of the burst.

        One that costs more than there can ever be takes all.
        """
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        cost = min(cost, (1.0 - spare) * self._burst)
        if self._left - cost < spare * self._burst:
            return False
        self._left -= cost
        return True
