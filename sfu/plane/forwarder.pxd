"""The whole plane without sockets: datagrams and the time in, gathered datagrams and events out."""

from libc.stdint cimport uint8_t

from sfu.plane.tables cimport Address, Forwarder
from sfu.plane.wire cimport nanos

# An empty forwarder, NULL = no memory. `wall_offset`: wall clock minus the clock of all `now` arguments.
cdef Forwarder *forwarder_new(nanos wall_offset) noexcept nogil
# Frees it and what it still owns; the events in its queue stay with the caller.
cdef void forwarder_free(Forwarder *forwarder) noexcept nogil
# Handles one datagram, which `waited` in the socket; changes `data`. What it causes is gathered for `send`.
cdef void forwarder_receive(
    Forwarder *forwarder, uint8_t *data, int length, const Address *address, nanos now, nanos waited
) noexcept nogil
# Does what is due. Returns when to be called again at the latest.
cdef nanos forwarder_tick(Forwarder *forwarder, nanos now) noexcept nogil
# Sends what is gathered.
cdef void forwarder_flush(Forwarder *forwarder) noexcept nogil
