"""The engine's thread: when sources send and sockets are read.

`Loop.mutex` guards everything else in it, endpoints and sources included. The thread takes it for at most about
TURN_TIME at a stretch.
"""

from libc.stdint cimport int64_t, uint64_t

from benchmarks.load.endpoint cimport Endpoint, ReceiveBatch, Source
from benchmarks.load.linux cimport clockid_t, pthread_mutex_t

cdef enum:
    MAX_ENDPOINTS = 4096
    MAX_SOURCES = 4096

cdef struct Loop:
    pthread_mutex_t mutex
    int waiting                 # threads that want the mutex (atomic)
    Endpoint *endpoints[MAX_ENDPOINTS]
    int endpoint_count
    Source *sources[MAX_SOURCES]
    int source_count
    ReceiveBatch batch
    int64_t drain_interval      # ns between reads of a socket with little traffic
    int64_t next_read           # no endpoint with media is due before
    int cursor                  # endpoint at which an interrupted round goes on
    int epoll                   # sockets without media, and `bell`
    int bell                    # eventfd: something changed
    uint64_t wakeups
    clockid_t cpu_clock         # of the thread
    bint stopping

# 0 or -1 with errno set.
cdef int open_loop(Loop *loop, int buffer_size) noexcept nogil
# Frees everything that is still in it.
cdef void close_loop(Loop *loop) noexcept nogil
# Until `stopping`.
cdef void run_loop(Loop *loop) noexcept nogil
cdef void lock(Loop *loop) noexcept nogil
cdef void unlock(Loop *loop) noexcept nogil
cdef void ring(Loop *loop) noexcept nogil
# With the mutex held. Adding: 0 or -1 with errno set. Removing frees the item and its place is taken by the last one.
cdef int watch(Loop *loop, Endpoint *endpoint) noexcept nogil
cdef void remove_endpoint(Loop *loop, int index) noexcept nogil
cdef void remove_source(Loop *loop, int index) noexcept nogil
