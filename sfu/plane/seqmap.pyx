"""Source numbers in, numbers of the copy out. Pure: see the `.pxd`."""

from libc.stdint cimport int64_t


cdef void seqmap_init(SeqMap *map, int64_t next) noexcept nogil:
    map.newest = 0
    map.count = 0
    map.highest = 0
    map.next = next


cdef void seqmap_restart(SeqMap *map, int64_t number) noexcept nogil:
    map.count = 1
    map.newest = 0
    map.runs[0].first = number
    map.runs[0].end = number
    map.runs[0].delta = number - map.next
    map.highest = number - 1


cdef int64_t seqmap_map(SeqMap *map, int64_t number) noexcept nogil:
    cdef SeqRun *run = &map.runs[map.newest]
    cdef int i
    if map.count == 0:
        return SEQMAP_NONE
    if number > map.highest:
        map.highest = number
        run.end = number + 1
        map.next = number - run.delta + 1
        return number - run.delta
    for i in range(map.count):
        run = &map.runs[(map.newest - i) & (SEQMAP_RUNS - 1)]
        if number >= run.first:
            return number - run.delta if number < run.end else SEQMAP_NONE
    return SEQMAP_NONE


cdef int64_t seqmap_drop(SeqMap *map, int64_t number) noexcept nogil:
    cdef SeqRun *run = &map.runs[map.newest]
    cdef int64_t delta
    if map.count == 0:
        return SEQMAP_NONE
    if number <= map.highest:
        return seqmap_map(map, number)
    delta = run.delta + 1
    # Numbers lost before this one keep their places: they may still come.
    run.end = number
    map.next = number - run.delta
    map.highest = number
    if run.first < run.end:
        map.newest = (map.newest + 1) & (SEQMAP_RUNS - 1)
        map.count = min(map.count + 1, SEQMAP_RUNS)
        run = &map.runs[map.newest]
    run.first = number + 1
    run.end = number + 1
    run.delta = delta
    return SEQMAP_NONE


cdef class Map:
    """The map for tests."""

    cdef SeqMap map

    def __init__(self, int64_t next):
        seqmap_init(&self.map, next)

    def restart(self, int64_t number):
        seqmap_restart(&self.map, number)

    def map_number(self, int64_t number):
        return seqmap_map(&self.map, number)

    def drop(self, int64_t number):
        return seqmap_drop(&self.map, number)
