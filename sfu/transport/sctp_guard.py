"""Looks at SCTP packets before aiortc does: some that a peer may send keep it busy for seconds, or for ever. Pure.

aiortc checks the lengths of chunks but not those inside them: a parameter of length 0 makes it loop without end, and
it walks over every packet that a gap block counts.
"""

from struct import Struct

MAX_GAPS = 4096  # packets that the acknowledgements of one packet may count

_COMMON_HEADER = 12  # bytes
_HEAD = Struct("!BBH")  # of a chunk: kind, flags, length
_PARAMETER = Struct("!HH")
_COUNT = Struct("!H")
_GAP = Struct("!HH")

_SACK = 3
_GAP_COUNT_AT = 8  # bytes after the chunk's head (RFC 9260 section 3.3.4)
_GAPS_AT = 12

# Kinds of chunks that hold parameters, and where those begin after the head.
_PARAMETERS_AT = {
    1: 16,  # INIT
    2: 16,  # INIT ACK
    4: 0,  # HEARTBEAT
    5: 0,  # HEARTBEAT ACK
    6: 0,  # ABORT
    9: 0,  # ERROR
    130: 0,  # RE-CONFIG (RFC 6525)
}


def is_harmless(packet: bytes) -> bool:
    """Whether aiortc may see the packet. What is merely malformed it refuses itself."""
    gaps = 0
    at = _COMMON_HEADER
    while at + _HEAD.size <= len(packet):
        kind, _, length = _HEAD.unpack_from(packet, at)
        if length < _HEAD.size:
            break
        body = packet[at + _HEAD.size : at + length]
        if kind == _SACK:
            gaps += _counted(body)
        elif kind in _PARAMETERS_AT and not _parameters_end(body, _PARAMETERS_AT[kind]):
            return False
        at += length + -length % 4
    return gaps <= MAX_GAPS


def _counted(body: bytes) -> int:
    """How many packets the gap blocks of a SACK count."""
    if len(body) < _GAPS_AT:
        return 0
    (blocks,) = _COUNT.unpack_from(body, _GAP_COUNT_AT)
    blocks = min(blocks, (len(body) - _GAPS_AT) // _GAP.size)
    told = body[_GAPS_AT : _GAPS_AT + blocks * _GAP.size]
    return sum(max(0, last - first + 1) for first, last in _GAP.iter_unpack(told))


def _parameters_end(body: bytes, at: int) -> bool:
    """Whether every parameter leads on to the next (RFC 9260 section 3.2.1: a length counts its head of 4 bytes)."""
    while at + _PARAMETER.size <= len(body):
        _, length = _PARAMETER.unpack_from(body, at)
        if length < _PARAMETER.size:
            return False
        at += length + -length % 4
    return True
