"""Packets in, the same packets by their number out while they are recent. Pure: see the `.pxd`."""

from libc.stdint cimport int64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

from sfu.plane.packet cimport MediaPacket


cdef int ring_put(Ring *ring, const MediaPacket *packet) noexcept nogil:
    cdef RingSlot *slot
    if packet.length > RING_PAYLOAD or packet.length < 0 or packet.sequence <= 0:
        return -1
    if ring.slots == NULL:
        ring.slots = <RingSlot *>calloc(RING_SLOTS, sizeof(RingSlot))
        if ring.slots == NULL:
            return -1
    slot = &ring.slots[packet.sequence % RING_SLOTS]
    if slot.packet.sequence > packet.sequence:
        return -1
    slot.packet = packet[0]
    slot.packet.payload = slot.data
    memcpy(slot.data, packet.payload, packet.length)
    return 0


cdef const MediaPacket *ring_get(const Ring *ring, int64_t sequence) noexcept nogil:
    cdef const RingSlot *slot
    if ring.slots == NULL or sequence <= 0:
        return NULL
    slot = &ring.slots[sequence % RING_SLOTS]
    return &slot.packet if slot.packet.sequence == sequence else NULL


cdef void ring_free(Ring *ring) noexcept nogil:
    free(ring.slots)
    ring.slots = NULL


cdef class PacketRing:
    """The ring for tests: payloads by sequence number."""

    cdef Ring ring

    def __cinit__(self):
        self.ring.slots = NULL

    def __dealloc__(self):
        ring_free(&self.ring)

    def put(self, int64_t sequence, bytes payload):
        cdef MediaPacket packet
        memset(&packet, 0, sizeof(packet))
        packet.sequence = sequence
        packet.payload = payload
        packet.length = <int>len(payload)
        return ring_put(&self.ring, &packet) == 0

    def get(self, int64_t sequence):
        cdef const MediaPacket *packet = ring_get(&self.ring, sequence)
        return None if packet == NULL else packet.payload[:packet.length]
