"""H.264 payloads (RFC 6184): where a key frame begins."""

from sfu.plane.packet cimport MediaPacket

# Fills `start` and `key`. 0, or -1 = malformed.
cdef int h264_parse(MediaPacket *packet) noexcept nogil
