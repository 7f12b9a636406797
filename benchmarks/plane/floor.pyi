"""The physical limit that the plane is compared with: one C loop on loopback that does the least a forwarder must."""

from typing import NamedTuple

class Steps(NamedTuple):
    """Median nanoseconds per outgoing packet."""

    receive: float
    unprotect: float
    rewrite: float
    protect: float
    send: float

STEPS: tuple[str, ...]

class FloorLoop:
    """A publisher, a forwarder and receivers on loopback: their sockets and keys."""

    def __init__(
        self, *, profile: int, receivers: int, burst: int = 1, offload: bool = False, size: int = 1200
    ) -> None:
        """`size`: bytes of RTP packets before encryption.

        `offload`: one message with UDP_SEGMENT for each receiver instead of one for each packet. Raises ValueError for
        numbers that do not fit, OSError when there are no sockets.
        """

    def steps(self, iterations: int) -> Steps:
        """Forward so many bursts one after the other and time each step.

        All ends run in this thread, outside of the timed parts, without the GIL. The median is taken, so that a turn
        in which another process had the core does not count. Raises OSError when the kernel refuses packets.
        """

    def close(self) -> None:
        """Close the sockets. The loop is of no use afterwards."""
