"""Numbers of packets that came in, numbers to ask for out. Pure: see the `.pxd`."""

from libc.stdint cimport int64_t, uint16_t
from libc.stdlib cimport calloc, free
from libc.string cimport memmove, memset

from sfu.plane.wire cimport MILLISECOND, nanos

cdef enum:
    REORDERING = 10         # ms that a packet may be late before it is asked for
    ASK_AGAIN_AT_LEAST = 40  # ms between two requests for one packet, or the round trip when that is longer
    TRIES = 8
    AGE = 1000              # ms: the frame is no longer of use to anybody


cdef int holes_seen(Holes *holes, int64_t sequence, nanos now) noexcept nogil:
    cdef int64_t missing
    if holes.highest == 0:
        holes.highest = sequence
        return 0
    if sequence <= holes.highest:
        forget(holes, sequence)
        return 0
    missing = sequence - holes.highest - 1
    if missing > HOLES - holes.count:
        holes.count = 0
        holes.highest = sequence
        return 1
    for missing in range(holes.highest + 1, sequence):
        holes.items[holes.count].sequence = missing
        holes.items[holes.count].since = now
        holes.items[holes.count].asked = 0
        holes.items[holes.count].tries = 0
        holes.count += 1
    holes.highest = sequence
    return 0


cdef void holes_skip(Holes *holes, int64_t sequence) noexcept nogil:
    holes.count = 0
    holes.highest = max(holes.highest, sequence)


cdef void forget(Holes *holes, int64_t sequence) noexcept nogil:
    cdef int i
    for i in range(holes.count):
        if holes.items[i].sequence == sequence:
            holes.count -= 1
            memmove(&holes.items[i], &holes.items[i + 1], (holes.count - i) * sizeof(Hole))
            return


cdef int holes_due(Holes *holes, uint16_t *out, int limit, nanos round_trip, nanos now) noexcept nogil:
    cdef Hole *hole
    cdef int i, kept = 0, due = 0
    cdef nanos again = max(round_trip, <nanos>ASK_AGAIN_AT_LEAST * MILLISECOND)
    for i in range(holes.count):
        hole = &holes.items[i]
        if hole.tries >= TRIES or now - hole.since > <nanos>AGE * MILLISECOND:
            continue
        if due < limit and (
            now - hole.asked >= again if hole.tries else now - hole.since >= <nanos>REORDERING * MILLISECOND
        ):
            hole.tries += 1
            hole.asked = now
            out[due] = <uint16_t>hole.sequence
            due += 1
        holes.items[kept] = hole[0]
        kept += 1
    holes.count = kept
    return due


cdef class HoleTracker:
    """The tracker for tests; times in seconds."""

    cdef Holes *holes

    def __cinit__(self):
        self.holes = <Holes *>calloc(1, sizeof(Holes))
        if self.holes == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self.holes)

    def seen(self, int64_t sequence, double now):
        return holes_seen(self.holes, sequence, <nanos>(now * 1e9)) != 0

    def due(self, double now, double round_trip=0.0):
        cdef uint16_t numbers[HOLES]
        memset(numbers, 0, sizeof(numbers))
        cdef int count = holes_due(self.holes, numbers, HOLES, <nanos>(round_trip * 1e9), <nanos>(now * 1e9))
        return [numbers[i] for i in range(count)]
