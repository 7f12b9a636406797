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

def measure_floor(
    *, profile: int, receivers: int, burst: int, offload: bool, iterations: int, size: int = 1200
) -> Steps:
    """Forward `iterations` bursts to `receivers` sockets and time each step. The GIL is held only around the run.

    `offload`: one message with UDP_SEGMENT for each receiver instead of one for each packet. Raises OSError when the
    kernel refuses it, ValueError for sizes that do not fit.
    """
