"""RTP parsing for tests; the plane uses the C functions of the `.pxd`."""

from typing import TypedDict

class Parsed(TypedDict):
    """An RTP packet without padding; extensions by the `Extension` numbers of the `.pxd`."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    extensions: dict[int, bytes]

def parse(datagram: bytes, ids: dict[int, int]) -> Parsed | None:
    """None = malformed. `ids` maps extension ids to `Extension` numbers."""
