"""Numbers of a stream to numbers of a copy with parts left out: gaps that we made vanish, real gaps stay.

Used for sequence numbers and for VP8 picture ids, both unwrapped.
"""

from libc.stdint cimport int64_t

cdef enum:
    # Runs remembered for late packets; dropping every second frame makes one run for each kept frame.
    SEQMAP_RUNS = 64
    SEQMAP_NONE = -1

cdef struct SeqRun:
    int64_t first           # numbers first..end-1 of the source map to number - delta
    int64_t end             # exclusive; of the newest run it is open
    int64_t delta

cdef struct SeqMap:
    SeqRun runs[SEQMAP_RUNS]    # ring, newest at `newest`
    int newest
    int count
    int64_t highest         # newest source number seen, mapped or dropped
    int64_t next            # lowest number of the copy that is not given out yet

# Begins an empty map whose first number will be `next`.
cdef void seqmap_init(SeqMap *map, int64_t next) noexcept nogil
# The source jumps (layer switch, resume): `number` continues the copy without a gap, older numbers no longer map.
cdef void seqmap_restart(SeqMap *map, int64_t number) noexcept nogil
# The number in the copy, or SEQMAP_NONE when it was dropped or is too old.
cdef int64_t seqmap_map(SeqMap *map, int64_t number) noexcept nogil
# Leaves `number` out. SEQMAP_NONE = done; else the copy already has a place for it, which is returned.
cdef int64_t seqmap_drop(SeqMap *map, int64_t number) noexcept nogil
