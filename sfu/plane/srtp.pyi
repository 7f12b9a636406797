"""SRTP sessions for Python callers: tests and load clients. The plane itself uses the C functions of the `.pxd`."""

REPLAY_WINDOW: int
SEND_WINDOW: int
DIRECT: bool
"""Whether sessions that are opened from now on seal outgoing media by OpenSSL directly."""

class Srtp:
    """One direction of SRTP and SRTCP. Raises ValueError for a wrong key length and for packets that are refused."""

    def __init__(self, profile: int, key: bytes, *, outbound: bool) -> None: ...
    def protect(self, packet: bytes) -> bytes: ...
    def unprotect(self, packet: bytes) -> bytes: ...
    def protect_rtcp(self, packet: bytes) -> bytes: ...
    def unprotect_rtcp(self, packet: bytes) -> bytes: ...
    def remove_stream(self, ssrc: int) -> None: ...

def known_answer() -> None:
    """Raises RuntimeError unless sessions that are opened now give the recorded bytes."""

def use_direct(wanted: bool) -> bool:
    """Seal by OpenSSL directly or not, in sessions opened from now on. False = not wanted, not there, or wrong."""
