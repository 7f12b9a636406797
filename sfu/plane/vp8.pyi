"""VP8 descriptors for tests; the plane uses the C functions of the `.pxd`."""

from typing import TypedDict

class Descriptor(TypedDict):
    """Fields of RFC 7741 section 4.2; -1 = absent. `start`: first packet of a frame."""

    start: bool
    key: bool
    picture: int
    picture_bits: int
    tl0: int
    temporal: int
    sync: bool
    width: int
    height: int

def parse(payload: bytes) -> Descriptor | None: ...
def rewrite(payload: bytes, picture: int, tl0: int) -> bytes: ...
