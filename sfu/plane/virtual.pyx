"""A plane in virtual time: datagrams in with their address and time, datagrams out. For tests and measurements."""

from libc.stdint cimport uint8_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

from sfu.plane.egress cimport egress_reset, seal
from sfu.plane.forwarder cimport forwarder_flush, forwarder_free, forwarder_new, forwarder_receive, forwarder_tick
from sfu.plane.plane cimport Plane, address_from, address_to
from sfu.plane.tables cimport MAX_DATAGRAM, Address, Command, Forwarder, OutPacket, Transport
from sfu.plane.wire cimport nanos

cdef struct Sent:
    Sent *next
    Address address
    int length
    uint8_t data[1]

cdef struct Outbox:
    Sent *first
    Sent *last


cdef void collect(void *context, Forwarder *forwarder) noexcept nogil:
    """Seals everything and keeps copies, in the order in which a socket would get them."""
    cdef Outbox *outbox = <Outbox *>context
    cdef Transport *transport = forwarder.dirty
    cdef OutPacket *out
    cdef Sent *sent
    while transport != NULL:
        seal(forwarder, transport)
        out = transport.out_first
        while out != NULL:
            sent = <Sent *>malloc(sizeof(Sent) + out.length) if out.length else NULL
            if sent != NULL:
                sent.next = NULL
                sent.address = transport.addresses[0]
                sent.length = out.length
                memcpy(sent.data, out.data, out.length)
                if outbox.last == NULL:
                    outbox.first = sent
                else:
                    outbox.last.next = sent
                outbox.last = sent
            out = out.next
        transport = transport.next_dirty
    egress_reset(forwarder)


cdef class VirtualPlane(Plane):
    """The plane without thread and sockets; commands take effect at once."""

    cdef Outbox outbox

    def __cinit__(self):
        self.outbox.first = NULL
        self.outbox.last = NULL

    def __init__(self, double wall_offset=0.0):
        self.forwarder = forwarder_new(<nanos>(wall_offset * 1e9))
        if self.forwarder == NULL:
            raise MemoryError
        self.forwarder.send = collect
        self.forwarder.send_context = &self.outbox

    def __dealloc__(self):
        cdef Sent *sent
        self.clear()
        forwarder_free(self.forwarder)
        while self.outbox.first != NULL:
            sent = self.outbox.first
            self.outbox.first = sent.next
            free(sent)

    cdef int submit(self, Command *command) except -1:
        forwarder_flush(self.forwarder)     # commands may take away what gathered packets point to
        return Plane.submit(self, command)

    def receive(self, bytes datagram, tuple address, double now, int socket=0, double waited=0.0):
        cdef uint8_t buffer[MAX_DATAGRAM + 64]
        cdef Address parsed
        cdef int length = <int>len(datagram)
        if length > MAX_DATAGRAM:
            raise ValueError(f"datagram longer than {MAX_DATAGRAM} bytes")
        address_from(&parsed, socket, address)
        memcpy(buffer, <const uint8_t *>datagram, length)
        forwarder_receive(self.forwarder, buffer, length, &parsed, <nanos>(now * 1e9), <nanos>(waited * 1e9))

    def outputs(self, double now):
        cdef Sent *sent
        cdef list datagrams = []
        forwarder_tick(self.forwarder, <nanos>(now * 1e9))
        forwarder_flush(self.forwarder)
        while self.outbox.first != NULL:
            sent = self.outbox.first
            self.outbox.first = sent.next
            datagrams.append((sent.address.socket, address_to(&sent.address), sent.data[:sent.length]))
            free(sent)
        self.outbox.last = NULL
        return datagrams

    def deadline(self):
        return self.forwarder.tick_at * 1e-9
