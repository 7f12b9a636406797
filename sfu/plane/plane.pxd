"""What Python says to a plane and hears from it, whatever runs the forwarder."""

from libc.stdint cimport uint64_t, uintptr_t

from sfu.plane.tables cimport Address, Command, Event, Forwarder

cdef class Plane:
    cdef Forwarder *forwarder
    cdef Event *pending                 # taken out of the queue, not handed to Python yet
    cdef dict transports                # handle -> address of the struct; until Removed is polled
    cdef dict publications
    cdef dict subscriptions
    cdef dict used_ssrcs                # handle of a transport -> SSRCs that its keys have encrypted

    # Gives the command, which is not the caller's any more, to whoever runs the forwarder.
    cdef int submit(self, Command *command) except -1
    # Frees everything; nothing may run the forwarder any more and nothing may be asked afterwards.
    cdef void clear(self) noexcept
    cdef int order(self, int kind, uintptr_t target, int first=*, int second=*, uint64_t bitrate=*) except -1
    cdef uintptr_t new(self, dict table, object handle, size_t size) except 0
    cdef int describe(self, int kind, uintptr_t target, object publication) except -1
    cdef object convert(self, Event *event)
    cdef object removed(self, str kind, dict table, int free_kind, Event *event)

# ("192.0.2.1", 5000) to an Address; raises ValueError.
cdef int address_from(Address *address, int socket, tuple pair) except -1
cdef tuple address_to(const Address *address)
