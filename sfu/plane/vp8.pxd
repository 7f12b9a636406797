"""VP8 payload descriptor (RFC 7741 section 4.2) and the part of the frame header that tells key frames."""

from libc.stdint cimport uint8_t, uint16_t

from sfu.plane.packet cimport MediaPacket

# Fills the video fields of `packet` from its payload; `picture` gets the raw id. 0, or -1 = malformed.
cdef int vp8_parse(MediaPacket *packet) noexcept nogil
# Writes picture id and TL0PICIDX into a copy of the payload that `packet` describes.
cdef void vp8_rewrite(const MediaPacket *packet, uint8_t *payload, uint16_t picture, uint8_t tl0) noexcept nogil
