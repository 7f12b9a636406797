"""The recent packets of a layer, in the clear: the store that NACKs are answered from.

Payloads lie one behind the other in a circle of bytes that begins small and doubles rather than lose what is younger
than a second, so a layer takes the memory that its bitrate needs: 64 KB at 150 kbit/s, 512 KB at 2.5 Mbit/s.
"""

from libc.stdint cimport int64_t, uint8_t

from sfu.plane.packet cimport MediaPacket
from sfu.plane.wire cimport nanos

cdef enum:
    RING_SLOTS = 512        # packets: a second of 5 Mbit/s in packets of 1200 bytes
    RING_PAYLOAD = 1480     # bytes: what fits the Ethernet MTU with an RTP header
    RING_LEAST = 65536      # bytes of payloads to begin with; a power of two
    RING_MOST = 1048576     # bytes: more than RING_SLOTS of the longest
    RING_REACH = 1000       # ms that a packet is kept: as long as a publisher is asked for one
    RING_PARTS = 8          # of the circle, whose age is known; each is longer than a payload

cdef struct RingSlot:
    MediaPacket packet      # `sequence` tells whose slot it is now, 0 = nobody's; `payload` points into `bytes`
    int64_t begin           # of its payload, as `written` counts

cdef struct Ring:
    RingSlot *slots         # NULL until the first packet: layers that never send cost nothing
    uint8_t *bytes
    int64_t room            # of `bytes`; a power of two
    int64_t written         # bytes so far, with the ends that were left free
    int64_t first           # the oldest byte that was not written over
    nanos left[RING_PARTS]  # when the last byte of each part was written

# Keeps a copy. 0, or -1 = no memory or too long (then it is not kept).
cdef int ring_put(Ring *ring, const MediaPacket *packet) noexcept nogil
# The packet, or NULL when it is not there (any more). Valid until the next put.
cdef const MediaPacket *ring_get(const Ring *ring, int64_t sequence) noexcept nogil
# Whether the packet was put, among the last RING_SLOTS numbers.
cdef bint ring_seen(const Ring *ring, int64_t sequence) noexcept nogil
cdef void ring_free(Ring *ring) noexcept nogil
