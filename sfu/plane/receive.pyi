"""Reception statistics for tests; the plane uses the C functions of the `.pxd`."""

class Receiver:
    """Statistics of one SSRC; `now` in seconds."""

    def __init__(self, clock_rate: int) -> None: ...
    def packet(self, sequence: int, timestamp: int, now: float, recovered: bool = False) -> int:
        """Counts the packet; its unwrapped sequence number."""

    def report(self, now: float) -> dict[str, int]:
        """fraction (of 256), lost, highest, jitter (timestamp units); begins a new interval."""
