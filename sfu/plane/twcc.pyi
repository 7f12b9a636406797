"""Transport-wide feedback for tests; the plane uses the C functions of the `.pxd`."""

class ArrivalLog:
    """Feedback towards a publisher; `now` in seconds."""

    def put(self, sequence: int, now: float) -> None: ...
    def build(self, sender: int, media: int) -> bytes:
        """An RTCP packet for what came since the last one, b"" = nothing."""

class SendLog:
    """Feedback from a receiver; `now` in seconds."""

    def put(self, size: int, now: float) -> int:
        """The 16-bit number of the packet."""

    def read(self, fci: bytes) -> list[tuple[int, int, float, float]] | None:
        """(unwrapped number, size, sent, received or -1.0) of each known packet; None = malformed."""
