"""One thread for all endpoints and sources, without the GIL.

Sockets on which no media arrives (handshakes, publishers) are read as soon as something is there. Those with media
are read on a grid of time: the kernel has noted when each packet came, so reading late changes nothing that is
measured, and neither the server nor this thread pays for waking up. Busy sockets are read more often, so that their
buffers stay far from full.
"""

from libc.stdint cimport int64_t, uint64_t
from libc.stdlib cimport free

from benchmarks.load.endpoint cimport drain, prepare
from benchmarks.load.feedback cimport report
from benchmarks.load.linux cimport (
    CLOCK_MONOTONIC, CLOCK_REALTIME, EFD_NONBLOCK, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLIN, atomic_add, atomic_get,
    clock_ns, close, epoll_create1, epoll_ctl, epoll_event, epoll_wait, eventfd, own_cpu_clock, pthread_mutex_destroy,
    pthread_mutex_init, pthread_mutex_lock, pthread_mutex_unlock, read, sleep_until, wait_readable, write,
)
from benchmarks.load.source cimport emit_due
from sfu.plane.srtp cimport srtp_close

cdef enum:
    TICK = 1000000              # ns: the grid on which sources send, and the shortest time between reads
    TALK_INTERVAL = 2000000     # ns between reads while data messages arrive: half of it is added to their delay
    TURN_TIME = 1000000         # ns of reading before sources and other threads get their turn
    YIELD_TIME = 20000          # ns in which another thread can take the mutex
    LONGEST_SLEEP = 1000000000  # ns
    REPORT_INTERVAL = 1000000000    # ns between receiver reports of one endpoint
    EVENTS = 64


cdef int open_loop(Loop *loop, int buffer_size) noexcept nogil:
    cdef epoll_event event
    pthread_mutex_init(&loop.mutex, NULL)
    loop.epoll, loop.bell = epoll_create1(0), eventfd(0, EFD_NONBLOCK)
    event.events, event.data.ptr = EPOLLIN, NULL
    if loop.epoll < 0 or loop.bell < 0 or epoll_ctl(loop.epoll, EPOLL_CTL_ADD, loop.bell, &event) < 0:
        return -1
    return prepare(&loop.batch, buffer_size)


cdef void close_loop(Loop *loop) noexcept nogil:
    while loop.endpoint_count:
        remove_endpoint(loop, 0)
    while loop.source_count:
        remove_source(loop, 0)
    free(loop.batch.buffers)
    close(loop.epoll)
    close(loop.bell)
    pthread_mutex_destroy(&loop.mutex)


cdef void run_loop(Loop *loop) noexcept nogil:
    cdef int64_t now, clock_offset, source_at
    cdef bint ready = False
    loop.cpu_clock = own_cpu_clock()
    while not loop.stopping:
        pthread_mutex_lock(&loop.mutex)
        loop.wakeups += 1
        now = clock_ns(CLOCK_MONOTONIC)
        clock_offset = clock_ns(CLOCK_REALTIME) - now
        source_at = emit_all(loop, now, clock_offset)
        if ready:
            drain_ready(loop, now, clock_offset)
        if now >= loop.next_read:
            drain_bulk(loop, now, clock_offset)
        source_at = (min(source_at, loop.next_read) + TICK - 1) // TICK * TICK
        pthread_mutex_unlock(&loop.mutex)
        if atomic_get(&loop.waiting):
            sleep_until(clock_ns(CLOCK_MONOTONIC) + YIELD_TIME)
        ready = wait_readable(loop.epoll, source_at - clock_ns(CLOCK_MONOTONIC)) > 0


cdef int64_t emit_all(Loop *loop, int64_t now, int64_t clock_offset) noexcept nogil:
    """Returns when the next packet is due."""
    cdef int64_t due = now + LONGEST_SLEEP
    cdef int i
    for i in range(loop.source_count):
        if loop.sources[i].active:
            due = min(due, emit_due(loop.sources[i], now, clock_offset))
    return due


cdef void drain_ready(Loop *loop, int64_t now, int64_t clock_offset) noexcept nogil:
    """What epoll names: it is asked with the mutex held, so the endpoints exist."""
    cdef epoll_event events[EVENTS]
    cdef Endpoint *endpoint
    cdef uint64_t rung
    cdef int count = epoll_wait(loop.epoll, events, EVENTS, 0)
    cdef int i
    for i in range(count):
        endpoint = <Endpoint *>events[i].data.ptr
        if endpoint == NULL:
            read(loop.bell, &rung, sizeof(rung))
            continue
        drain(endpoint, &loop.batch, now, clock_offset)
        if endpoint.stream_count or not endpoint.open:
            endpoint.watched, endpoint.interval, endpoint.read_at = False, TICK, now
            epoll_ctl(loop.epoll, EPOLL_CTL_DEL, endpoint.fd, NULL)
            loop.next_read = now


cdef void drain_bulk(Loop *loop, int64_t now, int64_t clock_offset) noexcept nogil:
    """All that are due, from where the last round was interrupted."""
    cdef int64_t end = now + TURN_TIME
    cdef int64_t due = now + LONGEST_SLEEP
    cdef Endpoint *endpoint
    for _ in range(loop.endpoint_count):
        loop.cursor = loop.cursor + 1 if loop.cursor + 1 < loop.endpoint_count else 0
        endpoint = loop.endpoints[loop.cursor]
        if endpoint.watched or not endpoint.open:
            continue
        if endpoint.read_at <= now:
            drain_due(loop, endpoint, now, clock_offset)
            if clock_ns(CLOCK_MONOTONIC) > end:
                loop.next_read = now
                return
        due = min(due, endpoint.read_at)
    loop.next_read = due


cdef void drain_due(Loop *loop, Endpoint *endpoint, int64_t now, int64_t clock_offset) noexcept nogil:
    """Read it, and choose when to do so again: on a common grid, so that one waking serves many."""
    cdef int taken = drain(endpoint, &loop.batch, now, clock_offset)
    if taken > endpoint.quota:
        endpoint.interval = max(endpoint.interval // 2, TICK)
    elif 4 * taken < endpoint.quota:
        endpoint.interval = min(endpoint.interval * 2, loop.drain_interval)
    if now < endpoint.talks_until:
        endpoint.interval = min(endpoint.interval, TALK_INTERVAL)
    endpoint.read_at = (now // endpoint.interval + 1) * endpoint.interval
    if now >= endpoint.report_at:
        endpoint.report_at = now + REPORT_INTERVAL
        report(endpoint, now)


cdef void lock(Loop *loop) noexcept nogil:
    atomic_add(&loop.waiting, 1)
    pthread_mutex_lock(&loop.mutex)
    atomic_add(&loop.waiting, -1)


cdef void unlock(Loop *loop) noexcept nogil:
    pthread_mutex_unlock(&loop.mutex)


cdef void ring(Loop *loop) noexcept nogil:
    cdef uint64_t one = 1
    write(loop.bell, &one, sizeof(one))


cdef int watch(Loop *loop, Endpoint *endpoint) noexcept nogil:
    cdef epoll_event event
    event.events, event.data.ptr = EPOLLIN, endpoint
    if epoll_ctl(loop.epoll, EPOLL_CTL_ADD, endpoint.fd, &event) < 0:
        return -1
    endpoint.watched = True
    loop.endpoints[loop.endpoint_count] = endpoint
    loop.endpoint_count += 1
    return 0


cdef void remove_endpoint(Loop *loop, int index) noexcept nogil:
    cdef Endpoint *endpoint = loop.endpoints[index]
    if endpoint.watched:
        epoll_ctl(loop.epoll, EPOLL_CTL_DEL, endpoint.fd, NULL)
    loop.endpoint_count -= 1
    loop.endpoints[index] = loop.endpoints[loop.endpoint_count]
    srtp_close(&endpoint.inbound)
    srtp_close(&endpoint.outbound)
    free(endpoint.streams)
    free(endpoint)


cdef void remove_source(Loop *loop, int index) noexcept nogil:
    cdef Source *source = loop.sources[index]
    loop.source_count -= 1
    loop.sources[index] = loop.sources[loop.source_count]
    free(source)
