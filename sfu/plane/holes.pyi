"""The hole tracker for tests; the plane uses the C functions of the `.pxd`."""

class HoleTracker:
    """What to ask a publisher for; `now` in seconds."""

    def seen(self, sequence: int, now: float) -> bool:
        """A packet (unwrapped number) came. True = too much is missing, everything is forgotten."""

    def due(self, now: float, round_trip: float = 0.0) -> list[int]:
        """16-bit numbers to ask for now."""
