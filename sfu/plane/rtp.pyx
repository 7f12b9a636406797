"""RTP header and header extensions in, a view of the packet out. Never reads beyond the packet."""

from libc.stdint cimport uint8_t
from libc.string cimport memset

from sfu.plane.wire cimport Reader, get16, get32, take

cdef enum:
    ONE_BYTE = 0xBEDE           # RFC 8285 section 4.2
    TWO_BYTE = 0x1000           # RFC 8285 section 4.3, low four bits are application's


cdef int rtp_parse(RtpPacket *packet, uint8_t *data, int length, const uint8_t *kinds) noexcept nogil:
    cdef Reader reader = [data, length]
    cdef const uint8_t *fixed = take(&reader, RTP_HEADER)
    cdef const uint8_t *extension
    cdef int words
    if fixed == NULL or fixed[0] >> 6 != 2:
        return -1
    memset(packet.size, 0, sizeof(packet.size))
    packet.data = data
    packet.length = length
    packet.padded = (fixed[0] & 0x20) != 0
    packet.marker = fixed[1] >> 7
    packet.payload_type = fixed[1] & 0x7F
    packet.sequence = get16(fixed + 2)
    packet.timestamp = get32(fixed + 4)
    packet.ssrc = get32(fixed + 8)
    if take(&reader, 4 * (fixed[0] & 0x0F)) == NULL:
        return -1
    if fixed[0] & 0x10:
        extension = take(&reader, 4)
        if extension == NULL:
            return -1
        words = get16(extension + 2)
        if take(&reader, 4 * words) == NULL:
            return -1
        read_extensions(packet, get16(extension), extension + 4, 4 * words, kinds)
    packet.header = length - reader.left
    return 0


cdef void read_extensions(
    RtpPacket *packet, int profile, const uint8_t *block, int length, const uint8_t *kinds
) noexcept nogil:
    """Notes where the known elements are. A broken element ends the reading: the rest is not needed to forward."""
    cdef Reader reader = [block, length]
    cdef const uint8_t *head
    cdef int number, size
    cdef int one_byte = profile == ONE_BYTE
    if not one_byte and profile & 0xFFF0 != TWO_BYTE:
        return
    while True:
        head = take(&reader, 1)
        if head == NULL:
            return
        if head[0] == 0:        # padding
            continue
        if one_byte:
            number = head[0] >> 4
            size = (head[0] & 0x0F) + 1
            if number == 15:    # RFC 8285 section 4.2: stop here
                return
        else:
            number = head[0]
            head = take(&reader, 1)
            if head == NULL:
                return
            size = head[0]
        head = take(&reader, size)
        if head == NULL:
            return
        if kinds[number] != EXT_NONE and size > 0:
            packet.offset[kinds[number]] = <unsigned short>(head - packet.data)
            packet.size[kinds[number]] = <uint8_t>size


cdef int rtp_trim(RtpPacket *packet, int length) noexcept nogil:
    cdef int padding = 0
    if packet.padded:
        # RFC 3550 section 5.1: the last byte counts the padding, itself included.
        if length <= packet.header:
            return -1
        padding = packet.data[length - 1]
        if padding == 0 or padding > length - packet.header:
            return -1
    if length < packet.header:
        return -1
    packet.length = length - padding
    return 0


def parse(bytes datagram, dict ids):
    """The packet as a dict, None = malformed. `ids` maps extension ids to Extension numbers."""
    cdef uint8_t kinds[256]
    cdef RtpPacket packet
    cdef bytearray copy = bytearray(datagram)
    cdef uint8_t *data = copy
    memset(kinds, 0, sizeof(kinds))
    for number, kind in ids.items():
        kinds[number] = kind
    if rtp_parse(&packet, data, <int>len(datagram), kinds) < 0 or rtp_trim(&packet, packet.length) < 0:
        return None
    return {
        "payload_type": packet.payload_type,
        "marker": packet.marker != 0,
        "sequence": packet.sequence,
        "timestamp": packet.timestamp,
        "ssrc": packet.ssrc,
        "payload": datagram[packet.header:packet.length],
        "extensions": {
            kind: datagram[packet.offset[kind]:packet.offset[kind] + packet.size[kind]]
            for kind in range(EXT_KINDS)
            if packet.size[kind]
        },
    }
