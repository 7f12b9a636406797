"""RTCP for tests and load clients; the plane uses the C functions of the `.pxd`."""

from typing import Any

def parse(compound: bytes) -> list[dict[str, Any] | None]:
    """Parts of a compound: type, count, body and what is known of them; None at the end = the rest is malformed."""

def nack(sender: int, media: int, numbers: list[int]) -> bytes: ...
def remb(sender: int, bitrate: int, ssrcs: list[int]) -> bytes: ...
