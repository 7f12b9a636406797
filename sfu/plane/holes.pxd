"""Packets of a layer that have not come: when to ask the publisher for them, and when to give up."""

from libc.stdint cimport int64_t, uint16_t

from sfu.plane.wire cimport nanos

cdef enum:
    HOLES = 128                 # packets; a larger loss is mended by a key frame

cdef struct Hole:
    int64_t sequence            # unwrapped
    nanos since
    nanos asked                 # last NACK, 0 = never
    int tries

cdef struct Holes:
    Hole items[HOLES]           # ascending
    int count
    int64_t highest             # newest packet seen, 0 = none yet

# A packet came. 1 = more is missing than can be asked for (everything is forgotten), else 0.
cdef int holes_seen(Holes *holes, int64_t sequence, nanos now) noexcept nogil
# A packet came, and nothing before it is wanted any more.
cdef void holes_skip(Holes *holes, int64_t sequence) noexcept nogil
# Numbers to ask for now, at most `limit`, into `out`; returns how many. Forgets what is too old.
cdef int holes_due(Holes *holes, uint16_t *out, int limit, nanos round_trip, nanos now) noexcept nogil
