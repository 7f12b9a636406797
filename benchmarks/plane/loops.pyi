"""Loops of C for timing. Each of the `parse_` functions reads all packets `rounds` times with the plane's own parser.

They return nanoseconds of this thread's CPU and raise ValueError when a packet is malformed.
"""

from collections.abc import Mapping, Sequence

def parse_rtp(packets: Sequence[bytes], rounds: int, ids: Mapping[int, int]) -> int:
    """Headers and extensions; `ids` maps extension ids to `Extension` numbers of sfu/plane/rtp.pxd."""

def parse_rtcp(packets: Sequence[bytes], rounds: int) -> int:
    """Compound packets down to the report blocks."""

def parse_vp8(packets: Sequence[bytes], rounds: int) -> int: ...
def parse_h264(packets: Sequence[bytes], rounds: int) -> int: ...
def work_on_bytes(mixed: bytes, rounds: int) -> tuple[int, int]:
    """What parsing is compared with: branches and copies that `mixed` decides. The time, and a sum to ignore."""
