"""VP8 payload in, frame boundaries, picture id and temporal layer out; and the two counters written back."""

from libc.stdint cimport uint8_t, uint16_t
from libc.string cimport memset

from sfu.plane.packet cimport MediaPacket
from sfu.plane.wire cimport Reader, get16, put16, take


cdef int vp8_parse(MediaPacket *packet) noexcept nogil:
    cdef Reader reader = [packet.payload, packet.length]
    cdef const uint8_t *at = take(&reader, 1)
    cdef uint8_t first, flags = 0
    if at == NULL:
        return -1
    first = at[0]
    if first & 0x80:                            # X
        at = take(&reader, 1)
        if at == NULL:
            return -1
        flags = at[0]
    packet.picture_bits = 0
    packet.picture = -1
    packet.tl0_offset = 0
    packet.temporal = 0
    packet.sync = 0
    if flags & 0x80:                            # I
        if read_picture(packet, &reader) < 0:
            return -1
    if flags & 0x40:                            # L
        at = take(&reader, 1)
        if at == NULL:
            return -1
        packet.tl0 = at[0]
        packet.tl0_offset = <uint8_t>(at - packet.payload)
    if flags & 0x30:                            # T or K
        at = take(&reader, 1)
        if at == NULL:
            return -1
        if flags & 0x20:
            packet.temporal = at[0] >> 6
            packet.sync = (at[0] >> 5) & 1
    if reader.left == 0:
        return -1                               # RFC 7741 section 4.2: a descriptor without payload
    packet.start = (first & 0x17) == 0x10       # S, and partition 0
    packet.key = packet.start and read_key(packet, &reader)
    return 0


cdef int read_picture(MediaPacket *packet, Reader *reader) noexcept nogil:
    """The 7 or 15 bit picture id. 0, or -1 = cut short."""
    cdef const uint8_t *at = take(reader, 1)
    if at == NULL:
        return -1
    packet.picture_offset = <uint8_t>(at - packet.payload)
    packet.picture_bits = 7
    packet.picture = at[0]
    if at[0] & 0x80:                            # M
        if take(reader, 1) == NULL:
            return -1
        packet.picture_bits = 15
        packet.picture = get16(at) & 0x7FFF
    return 0


cdef bint read_key(MediaPacket *packet, Reader *reader) noexcept nogil:
    """Whether the frame header (RFC 6386 section 9.1) begins a key frame; notes its size when it is there."""
    cdef const uint8_t *at = take(reader, 1)
    if at == NULL or at[0] & 1:
        return False
    packet.width = 0
    packet.height = 0
    at = take(reader, 9)
    if at != NULL and at[2] == 0x9D and at[3] == 0x01 and at[4] == 0x2A:
        packet.width = (at[5] | (at[6] << 8)) & 0x3FFF
        packet.height = (at[7] | (at[8] << 8)) & 0x3FFF
    return True


cdef void vp8_rewrite(const MediaPacket *packet, uint8_t *payload, uint16_t picture, uint8_t tl0) noexcept nogil:
    if packet.picture_bits == 15:
        put16(payload + packet.picture_offset, 0x8000 | (picture & 0x7FFF))
    elif packet.picture_bits == 7:
        payload[packet.picture_offset] = picture & 0x7F
    if packet.tl0_offset:
        payload[packet.tl0_offset] = tl0


def parse(bytes payload):
    """The descriptor as a dict, None = malformed."""
    cdef MediaPacket packet
    memset(&packet, 0, sizeof(packet))
    packet.payload = payload
    packet.length = <int>len(payload)
    if vp8_parse(&packet) < 0:
        return None
    return {
        "start": packet.start != 0,
        "key": packet.key != 0,
        "picture": packet.picture,
        "picture_bits": packet.picture_bits,
        "tl0": packet.tl0 if packet.tl0_offset else -1,
        "temporal": packet.temporal,
        "sync": packet.sync != 0,
        "width": packet.width,
        "height": packet.height,
    }


def rewrite(bytes payload, uint16_t picture, uint8_t tl0):
    """The payload with other counters; unchanged when malformed."""
    cdef MediaPacket packet
    cdef bytearray copy = bytearray(payload)
    memset(&packet, 0, sizeof(packet))
    packet.payload = payload
    packet.length = <int>len(payload)
    if vp8_parse(&packet) == 0:
        vp8_rewrite(&packet, copy, picture, tl0)
    return bytes(copy)
