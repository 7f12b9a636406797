"""What happened in, entries of the event queue out. The number of waiting entries is bounded: datagrams by count,
the others by the commands that caused them (a layer goes live once, a subscription changes once a command)."""

from libc.stdint cimport uint8_t
from libc.stdlib cimport malloc
from libc.string cimport memcpy, memset

from sfu.plane.counters cimport DROP_EVENTS_FULL, DROP_NO_MEMORY
from sfu.plane.queues cimport atomic_add, atomic_load, push
from sfu.plane.tables cimport (
    EVENT_DATAGRAM,
    EVENT_FIRST_PACKET,
    EVENT_LAYER,
    MAX_EVENTS,
    Address,
    Event,
    Forwarder,
    Layer,
    Publication,
    Subscription,
    Transport,
)


cdef void put(Forwarder *forwarder, Event *event) noexcept nogil:
    push(&forwarder.events, <void **>event)
    forwarder.told = True


cdef Event *fresh(Forwarder *forwarder, int kind, long long handle, int length) noexcept nogil:
    cdef Event *event = <Event *>malloc(sizeof(Event) + length)
    if event == NULL:
        forwarder.counters[DROP_NO_MEMORY] += 1
        return NULL
    memset(event, 0, sizeof(Event))
    event.kind = kind
    event.handle = handle
    event.length = length
    return event


cdef void notify_datagram(
    Forwarder *forwarder, Transport *transport, const Address *address, const uint8_t *data, int length
) noexcept nogil:
    cdef Event *event
    if atomic_load(&forwarder.events_waiting) >= (MAX_EVENTS if transport != NULL else MAX_EVENTS // 2):
        forwarder.counters[DROP_EVENTS_FULL] += 1
        return
    event = fresh(forwarder, EVENT_DATAGRAM, transport.handle if transport != NULL else 0, length)
    if event == NULL:
        return
    event.address = address[0]
    memcpy(event.data, data, length)
    atomic_add(&forwarder.events_waiting, 1)
    put(forwarder, event)


cdef void notify_first_packet(
    Forwarder *forwarder, Publication *publication, Layer *layer, int payload_type
) noexcept nogil:
    cdef Event *event = fresh(forwarder, EVENT_FIRST_PACKET, publication.handle, 0)
    if event == NULL:
        return
    event.layer = layer.index
    event.ssrc = layer.ssrc
    event.payload_type = <uint8_t>payload_type
    event.codec = layer.codec
    put(forwarder, event)


cdef void notify_layer(Forwarder *forwarder, Subscription *subscription) noexcept nogil:
    cdef Event *event
    if subscription.told_layer == subscription.rewriter.layer:
        return
    event = fresh(forwarder, EVENT_LAYER, subscription.handle, 0)
    if event == NULL:
        return
    subscription.told_layer = subscription.rewriter.layer
    event.layer = subscription.rewriter.layer
    put(forwarder, event)


cdef void notify_removed(Forwarder *forwarder, int kind, long long handle, void *object) noexcept nogil:
    cdef Event *event = fresh(forwarder, kind, handle, 0)
    if event == NULL:
        return
    event.object = object
    put(forwarder, event)
