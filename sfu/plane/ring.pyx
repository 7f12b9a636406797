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
    if ring.slots == NULL and ring_begin(ring) < 0:
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
    ring.first = max(ring.first, ring.written - ring.room)
    return 0


cdef int ring_begin(Ring *ring) noexcept nogil:
    ring.slots = <RingSlot *>calloc(RING_SLOTS, sizeof(RingSlot))
    ring.bytes = <uint8_t *>malloc(RING_LEAST)
    if ring.slots == NULL or ring.bytes == NULL:
        ring_free(ring)
        return -1
    ring.room = RING_LEAST
    return 0


cdef inline uint8_t *place(const Ring *ring, int64_t position) noexcept nogil:
    return ring.bytes + (position & (ring.room - 1))


cdef void make_room(Ring *ring, int length, nanos now) noexcept nogil:
    """Puts `written` where the payload fits in one piece. Grows before something young is written over.

    That is looked at once for each part: a key frame may come as fast as a whole lap in a few milliseconds.
    """
    cdef int64_t size = ring.room // RING_PARTS
    cdef int64_t at = ring.written & (ring.room - 1)
    cdef int64_t former = (ring.written - 1) // size
    cdef int64_t part
    if at + length > ring.room:
        ring.written += ring.room - at
    part = (ring.written + length - 1) // size
    if part == former:
        return
    ring.left[former % RING_PARTS] = now
    if (part + 1) * size - ring.room <= ring.first or ring.room == RING_MOST:
        return
    if now - ring.left[part % RING_PARTS] < <nanos>RING_REACH * MILLISECOND:
        grow(ring, former)


cdef void grow(Ring *ring, int64_t newest) noexcept nogil:
    """Twice the room; every payload keeps its position. `newest` part was left last. Without memory nothing changes."""
    cdef int64_t room = ring.room
    cdef int64_t at = ring.written & (room - 1)
    cdef uint8_t *former = ring.bytes
    cdef nanos left[RING_PARTS]
    cdef int64_t part
    cdef int i
    ring.bytes = <uint8_t *>malloc(2 * room)
    if ring.bytes == NULL:
        ring.bytes = former
        return
    ring.room = 2 * room
    memcpy(place(ring, ring.written - room), former + at, room - at)
    memcpy(place(ring, ring.written - at), former, at)
    free(former)
    memcpy(left, ring.left, sizeof(left))
    for part in range(newest + 1 - RING_PARTS, newest + 1):
        ring.left[part // 2 % RING_PARTS] = left[part % RING_PARTS]     # two become one: the later one stays
    for i in range(RING_SLOTS):
        if ring.slots[i].packet.sequence:
            ring.slots[i].packet.payload = place(ring, ring.slots[i].begin)


cdef const MediaPacket *ring_get(const Ring *ring, int64_t sequence) noexcept nogil:
    cdef const RingSlot *slot
    if not ring_seen(ring, sequence):
        return NULL
    slot = &ring.slots[sequence % RING_SLOTS]
    return &slot.packet if slot.begin >= ring.first else NULL


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
