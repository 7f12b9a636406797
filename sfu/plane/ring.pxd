"""The recent packets of a layer, in the clear: the store that NACKs are answered from."""

from libc.stdint cimport int64_t, uint8_t

from sfu.plane.packet cimport MediaPacket

cdef enum:
    RING_SLOTS = 512        # packets: a second of 5 Mbit/s in packets of 1200 bytes
    RING_PAYLOAD = 1480     # bytes: what fits the Ethernet MTU with an RTP header

cdef struct RingSlot:
    MediaPacket packet      # `sequence` tells whose slot it is now, 0 = nobody's; `payload` points to `data`
    uint8_t data[RING_PAYLOAD]

cdef struct Ring:
    RingSlot *slots         # NULL until the first packet: layers that never send cost nothing

# Keeps a copy. 0, or -1 = no memory or too long (then it is not kept).
cdef int ring_put(Ring *ring, const MediaPacket *packet) noexcept nogil
# The packet, or NULL when it is not there (any more). Valid until the next put.
cdef const MediaPacket *ring_get(const Ring *ring, int64_t sequence) noexcept nogil
cdef void ring_free(Ring *ring) noexcept nogil
