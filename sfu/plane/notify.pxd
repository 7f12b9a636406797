"""Events for Python. Pushing never blocks; only datagrams are dropped when Python does not fetch them."""

from libc.stdint cimport uint8_t

from sfu.plane.tables cimport Address, Forwarder, Layer, Publication, Subscription, Transport

# A STUN or DTLS datagram; `transport` may be NULL. Strangers get half of the room, so they cannot push out friends.
cdef void notify_datagram(
    Forwarder *forwarder, Transport *transport, const Address *address, const uint8_t *data, int length
) noexcept nogil
cdef void notify_first_packet(
    Forwarder *forwarder, Publication *publication, Layer *layer, int payload_type
) noexcept nogil
# Tells the layer of a subscription unless it was told already.
cdef void notify_layer(Forwarder *forwarder, Subscription *subscription) noexcept nogil
# `object` is unlinked: `kind` is one of EVENT_REMOVED_*.
cdef void notify_removed(Forwarder *forwarder, int kind, long long handle, void *object) noexcept nogil
