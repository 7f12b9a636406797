"""Packets in, the same packets by their number out while they are recent. Pure: see the `.pxd`."""

from libc.stdint cimport int64_t, uint8_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memset

from sfu.plane.packet cimport MediaPacket
from sfu.plane.wire cimport MILLISECOND, nanos


cdef int ring_put(Ring *ring, const MediaPacket *packet) noexcept nogil:
    cdef RingSlot *slot
    if packet.length > RING_PAYLOAD or packet.length < 0 or packet.sequence <= 0:
        return -1
    if ring.slots == NULL and ring_begin(ring, packet.arrival) < 0:
        return -1
    slot = &ring.slots[packet.sequence % RING_SLOTS]
    if slot.packet.sequence > packet.sequence:
        return -1
    make_room(ring, packet.length, packet.arrival)
    slot.packet = packet[0]
    slot.packet.payload = place(ring, ring.written)
    slot.begin = ring.written
    memcpy(place(ring, ring.written), packet.payload, packet.length)
    ring.written += packet.length
    return 0


cdef int ring_begin(Ring *ring, nanos now) noexcept nogil:
    ring.slots = <RingSlot *>calloc(RING_SLOTS, sizeof(RingSlot))
    ring.bytes = <uint8_t *>malloc(RING_LEAST)
    if ring.slots == NULL or ring.bytes == NULL:
        ring_free(ring)
        return -1
    ring.room = RING_LEAST
    ring.written = 0
    ring.lap = now
    return 0


cdef inline uint8_t *place(const Ring *ring, int64_t position) noexcept nogil:
    return ring.bytes + (position & (ring.room - 1))


cdef void make_room(Ring *ring, int length, nanos now) noexcept nogil:
    """Puts `written` where the payload fits in one piece. When the circle was filled too fast, it grows."""
    cdef int64_t at = ring.written & (ring.room - 1)
    if at + length > ring.room:
        ring.written += ring.room - at
    if ring.written and ring.written & (ring.room - 1) == 0:
        if now - ring.lap < <nanos>RING_REACH * MILLISECOND and ring.room < RING_MOST:
            grow(ring)
        if ring.written & (ring.room - 1) == 0:
            ring.lap = now      # else the bytes of this lap are kept in the same round


cdef void grow(Ring *ring) noexcept nogil:
    """Twice the room; every payload keeps its position. Without memory it stays as it is."""
    cdef int64_t room = ring.room
    cdef uint8_t *bytes = <uint8_t *>malloc(2 * room)
    cdef int i
    if bytes == NULL:
        return
    memcpy(bytes + (ring.written - room & (2 * room - 1)), ring.bytes, room)
    free(ring.bytes)
    ring.bytes = bytes
    ring.room = 2 * room
    for i in range(RING_SLOTS):
        if ring.slots[i].packet.sequence and ring.written - ring.slots[i].begin <= room:
            ring.slots[i].packet.payload = place(ring, ring.slots[i].begin)
        else:
            ring.slots[i].begin = -2 * RING_MOST        # was written over before: stays out of reach


cdef const MediaPacket *ring_get(const Ring *ring, int64_t sequence) noexcept nogil:
    cdef const RingSlot *slot
    if not ring_seen(ring, sequence):
        return NULL
    slot = &ring.slots[sequence % RING_SLOTS]
    return &slot.packet if ring.written - slot.begin <= ring.room else NULL


cdef bint ring_seen(const Ring *ring, int64_t sequence) noexcept nogil:
    return ring.slots != NULL and sequence > 0 and ring.slots[sequence % RING_SLOTS].packet.sequence == sequence


cdef void ring_free(Ring *ring) noexcept nogil:
    free(ring.slots)
    free(ring.bytes)
    memset(ring, 0, sizeof(ring[0]))


cdef class PacketRing:
    """The ring for tests: payloads by sequence number."""

    cdef Ring ring

    def __cinit__(self):
        memset(&self.ring, 0, sizeof(self.ring))

    def __dealloc__(self):
        ring_free(&self.ring)

    @property
    def room(self):
        return self.ring.room

    def put(self, int64_t sequence, bytes payload, double now=0.0):
        cdef MediaPacket packet
        memset(&packet, 0, sizeof(packet))
        packet.sequence = sequence
        packet.payload = payload
        packet.length = <int>len(payload)
        packet.arrival = <nanos>(now * 1e9)
        return ring_put(&self.ring, &packet) == 0

    def get(self, int64_t sequence):
        cdef const MediaPacket *packet = ring_get(&self.ring, sequence)
        return None if packet == NULL else packet.payload[:packet.length]

    def seen(self, int64_t sequence):
        return ring_seen(&self.ring, sequence)
