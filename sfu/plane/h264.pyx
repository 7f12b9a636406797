"""H.264 payload in, key frame or not out. A decoder can begin at the parameter sets in front of an IDR picture.

Beginning at the picture itself would leave out the sets that came one packet earlier (RFC 7742 section 6.2 has them
in the stream).
"""

from libc.string cimport memset
from libc.stdint cimport uint8_t

from sfu.plane.packet cimport MediaPacket
from sfu.plane.wire cimport Reader, get16, take

# NAL unit types, RFC 6184 section 5.2 and ITU-T H.264 table 7-1.
cdef enum:
    SPS = 7
    STAP_A = 24


cdef int h264_parse(MediaPacket *packet) noexcept nogil:
    cdef Reader reader = [packet.payload, packet.length]
    cdef const uint8_t *at = take(&reader, 1)
    cdef int kind
    if at == NULL:
        return -1
    kind = at[0] & 0x1F
    packet.picture = -1
    packet.picture_bits = 0
    packet.tl0_offset = 0
    packet.temporal = 0
    packet.key = 0
    if kind == STAP_A:
        packet.key = aggregate_has_key(&reader)
    else:
        packet.key = kind == SPS
    packet.start = packet.key
    return 0


cdef bint aggregate_has_key(Reader *reader) noexcept nogil:
    """Whether a STAP-A (RFC 6184 section 5.7.1) holds a sequence parameter set."""
    cdef const uint8_t *at
    while True:
        at = take(reader, 2)
        if at == NULL:
            return False
        at = take(reader, get16(at))
        if at == NULL or at == reader.at:
            return False
        if at[0] & 0x1F == SPS:
            return True


def is_key(bytes payload):
    """Whether a key frame begins here, None = malformed."""
    cdef MediaPacket packet
    memset(&packet, 0, sizeof(packet))
    packet.payload = payload
    packet.length = <int>len(payload)
    if h264_parse(&packet) < 0:
        return None
    return packet.key != 0
