"""The forwarder without sockets: datagrams prepared beforehand in, sealed packets out and forgotten. See `rig.pyi`."""

from libc.stdint cimport int64_t, uint8_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

from benchmarks.load.linux cimport CLOCK_THREAD_CPUTIME_ID, clock_ns
from sfu.plane.egress cimport egress_reset, seal
from sfu.plane.forwarder cimport forwarder_flush, forwarder_free, forwarder_new, forwarder_receive, forwarder_tick
from sfu.plane.plane cimport Plane, address_from
from sfu.plane.tables cimport MAX_DATAGRAM, Address, Command, Forwarder, Transport
from sfu.plane.wire cimport nanos

cdef enum:
    SPARE = 64                  # bytes behind a datagram that crypto may touch
    SLOT = MAX_DATAGRAM + SPARE
    HEAD = 32                   # bytes: RTP header and our extension


cdef void seal_and_forget(void *context, Forwarder *forwarder) noexcept nogil:
    """All of sending but the system call. `context`: where to keep the head of the newest packet of media."""
    cdef Transport *transport = forwarder.dirty
    while transport != NULL:
        seal(forwarder, transport)
        if not transport.out_first.rtcp:
            memcpy(context, transport.out_first.data, HEAD)
        transport = transport.next_dirty
    egress_reset(forwarder)


cdef class Rig(Plane):
    """See `rig.pyi`."""

    cdef uint8_t *datagrams     # `count` slots of SLOT bytes
    cdef int *lengths
    cdef int count
    cdef Address source
    cdef uint8_t newest[HEAD]
    cdef nanos now

    def __cinit__(self):
        self.datagrams = NULL
        self.lengths = NULL
        self.count = 0

    def __init__(self, double wall_offset=0.0):
        self.now = 1000000000
        self.forwarder = forwarder_new(<nanos>(wall_offset * 1e9))
        if self.forwarder == NULL:
            raise MemoryError
        self.forwarder.send = seal_and_forget
        self.forwarder.send_context = self.newest

    def __dealloc__(self):
        self.clear()
        forwarder_free(self.forwarder)
        free(self.datagrams)
        free(self.lengths)

    cdef int submit(self, Command *command) except -1:
        forwarder_flush(self.forwarder)     # commands may take away what gathered packets point to
        return Plane.submit(self, command)

    @property
    def now(self):
        return self.now * 1e-9

    @property
    def head(self):
        return self.newest[:HEAD]

    def load(self, tuple source, datagrams):
        cdef const uint8_t *data
        cdef int i
        cdef bytes datagram
        free(self.datagrams)
        free(self.lengths)
        self.count = 0
        self.datagrams = <uint8_t *>malloc(len(datagrams) * SLOT)
        self.lengths = <int *>malloc(len(datagrams) * sizeof(int))
        if self.datagrams == NULL or self.lengths == NULL:
            raise MemoryError
        address_from(&self.source, 0, source)
        for i, datagram in enumerate(datagrams):
            if len(datagram) > MAX_DATAGRAM:
                raise ValueError(f"datagram longer than {MAX_DATAGRAM} bytes")
            data = datagram
            memcpy(self.datagrams + i * SLOT, data, len(datagram))
            self.lengths[i] = <int>len(datagram)
        self.count = <int>len(datagrams)

    def play(self, *, int burst=1, double spacing=0.0):
        cdef nanos between = <nanos>(spacing * 1e9)
        cdef int64_t spent
        if burst < 1:
            raise ValueError("a burst has at least one packet")
        with nogil:
            spent = clock_ns(CLOCK_THREAD_CPUTIME_ID)
            self.receive_all(burst, between)
            spent = clock_ns(CLOCK_THREAD_CPUTIME_ID) - spent
        self.count = 0
        return spent

    cdef void receive_all(self, int burst, nanos between) noexcept nogil:
        cdef int i
        for i in range(self.count):
            forwarder_receive(
                self.forwarder, self.datagrams + <size_t>i * SLOT, self.lengths[i], &self.source, self.now, 0
            )
            if (i + 1) % burst == 0 or i + 1 == self.count:
                forwarder_tick(self.forwarder, self.now)
                forwarder_flush(self.forwarder)
                self.now += between

    def idle(self, int times, double spacing):
        cdef nanos between = <nanos>(spacing * 1e9)
        cdef int64_t spent
        cdef int _
        with nogil:
            spent = clock_ns(CLOCK_THREAD_CPUTIME_ID)
            for _ in range(times):
                self.now += between
                forwarder_tick(self.forwarder, self.now)
                forwarder_flush(self.forwarder)
            spent = clock_ns(CLOCK_THREAD_CPUTIME_ID) - spent
        return spent
