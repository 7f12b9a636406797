"""The floor at the pace of a call, in two threads: one feeds and takes what the receivers got, the other forwards.

Every eleventh packet is audio of 100 bytes, the others are video of 1200. The GIL is held by neither.
"""

from benchmarks.plane.floor import FloorLoop

def feed(loop: FloorLoop, packets: int, per_second: int) -> int:
    """Send, evenly spaced; the number of packets that came to the receivers. Raises OSError."""

def serve(loop: FloorLoop, packets: int) -> int:
    """Forward so many packets as they come; nanoseconds of this thread's CPU. Raises OSError when one does not come."""
