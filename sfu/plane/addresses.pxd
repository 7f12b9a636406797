"""Which transport an address belongs to: a hash table, asked for every datagram."""

from sfu.plane.tables cimport Address, Forwarder, Transport

# The transport, NULL = unknown.
cdef Transport *address_find(const Forwarder *forwarder, const Address *address) noexcept nogil
# Makes `address` the one that `transport` is sent to; it keeps its last few. 0, or -1 = no memory.
cdef int address_set(Forwarder *forwarder, Transport *transport, const Address *address) noexcept nogil
cdef void address_forget(Forwarder *forwarder, Transport *transport) noexcept nogil
