"""The floor's steps at the pace of a call: the thread sleeps between packets, as a server does. See `paced.pyi`."""

from libc.stdint cimport int64_t

from benchmarks.load.linux cimport CLOCK_MONOTONIC, CLOCK_THREAD_CPUTIME_ID, clock_ns, sleep_until
from benchmarks.plane.floor cimport Floor, FloorLoop, deliver, protect, publish, receive, rewrite, sink, unprotect

cdef enum:
    SECOND = 1000000000         # ns
    MILLISECOND = 1000000
    PATIENCE = 1000             # ms after the last packet
    VIDEO_SIZE = 1200           # bytes of RTP packets
    AUDIO_SIZE = 100
    AUDIO_EVERY = 11            # packets: 500 of video and 50 of audio
    WAKE = 0                    # flags of recvmmsg: wait


def feed(FloorLoop loop, int packets, int per_second):
    cdef int status, taken
    with nogil:
        status = send_paced(loop.floor, packets, SECOND // per_second, &taken)
    if status < 0:
        raise OSError("the kernel refused the packets")
    return taken


cdef int send_paced(Floor *floor, int packets, int64_t interval, int *taken) noexcept nogil:
    cdef int64_t next_at = clock_ns(CLOCK_MONOTONIC)
    cdef int i
    taken[0] = 0
    for i in range(packets):
        sleep_until(next_at)
        floor.size = AUDIO_SIZE if i % AUDIO_EVERY == 0 else VIDEO_SIZE
        if publish(floor) < 0:
            return -1
        next_at += interval
        taken[0] += sink(floor)     # what the one before it led to
    for i in range(PATIENCE):
        if taken[0] >= packets * floor.receivers:
            break
        sleep_until(next_at + <int64_t>i * MILLISECOND)
        taken[0] += sink(floor)
    return 0


def serve(FloorLoop loop, int packets):
    cdef int64_t spent
    cdef int status = 0
    cdef int _
    with nogil:
        spent = clock_ns(CLOCK_THREAD_CPUTIME_ID)
        for _ in range(packets):
            status = forward_one(loop.floor)
            if status < 0:
                break
        spent = clock_ns(CLOCK_THREAD_CPUTIME_ID) - spent
    if status < 0:
        raise OSError("a packet did not come, or the kernel refused one")
    return spent


cdef int forward_one(Floor *floor) noexcept nogil:
    if receive(floor, WAKE) < 0 or unprotect(floor) < 0:
        return -1
    rewrite(floor)
    if protect(floor) < 0:
        return -1
    return deliver(floor)
