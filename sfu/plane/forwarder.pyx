"""Tells datagrams apart (RFC 7983) and keeps the clock; the work is done by ingress, feedback, reports and egress."""

from libc.stdint cimport uint8_t
from libc.stdlib cimport calloc, free, malloc

from sfu.plane.addresses cimport address_find
from sfu.plane.counters cimport (
    DROP_ADDRESS_UNKNOWN,
    DROP_SHAPE,
    DROP_STUN_SHAPE,
    DTLS_IN,
    STUN_IN,
)
from sfu.plane.egress cimport egress_reset
from sfu.plane.feedback cimport feedback_receive
from sfu.plane.ingress cimport ingress_rtp
from sfu.plane.notify cimport notify_datagram
from sfu.plane.reports cimport reports_tick
from sfu.plane.tables cimport MAX_DATAGRAM, OUT_PACKETS, Address, Forwarder, OutPacket, Transport
from sfu.plane.wire cimport MILLISECOND, get16, get32, nanos

cdef enum:
    TICK = 10                   # ms between housekeepings: the grain of NACKs and feedback
    STUN_COOKIE = 0x2112A442    # RFC 8489 section 5
    STUN_HEADER = 20
    DTLS_HEADER = 13            # RFC 6347 section 4.1
    IDLE_TICK = 1000            # ms, while there is no transport
    RTP_HEADER = 12
    RTCP_SMALLEST = 8


cdef Forwarder *forwarder_new(nanos wall_offset) noexcept nogil:
    cdef Forwarder *forwarder = <Forwarder *>calloc(1, sizeof(Forwarder))
    if forwarder == NULL:
        return NULL
    forwarder.wall_offset = wall_offset
    forwarder.arena = <OutPacket *>malloc(OUT_PACKETS * sizeof(OutPacket))
    if forwarder.arena == NULL:
        free(forwarder)
        return NULL
    return forwarder


cdef void forwarder_free(Forwarder *forwarder) noexcept nogil:
    if forwarder != NULL:
        free(forwarder.arena)
        free(forwarder)


cdef bint is_stun(const uint8_t *data, int length) noexcept nogil:
    """RFC 8489 section 5: the length counts what follows the header, in words; then the cookie."""
    if length < STUN_HEADER or get16(data + 2) & 3:
        return False
    return get16(data + 2) + STUN_HEADER == length and get32(data + 4) == STUN_COOKIE


cdef void forwarder_receive(
    Forwarder *forwarder, uint8_t *data, int length, const Address *address, nanos now, nanos waited
) noexcept nogil:
    cdef Transport *transport
    forwarder.now = now
    forwarder.waited = waited
    if length < RTCP_SMALLEST or length > MAX_DATAGRAM:
        forwarder.counters[DROP_SHAPE] += 1
        return
    transport = address_find(forwarder, address)
    if 128 <= data[0] <= 191:                   # RFC 7983 section 7: RTP and RTCP
        if transport == NULL:
            forwarder.counters[DROP_ADDRESS_UNKNOWN] += 1
        elif 192 <= data[1] <= 223:             # RFC 5761 section 4: RTCP
            feedback_receive(forwarder, transport, data, length)
        elif length < RTP_HEADER:
            forwarder.counters[DROP_SHAPE] += 1
        else:
            ingress_rtp(forwarder, transport, data, length)
    elif data[0] <= 3:
        if is_stun(data, length):
            forwarder.counters[STUN_IN] += 1
            notify_datagram(forwarder, transport, address, data, length)
        else:
            forwarder.counters[DROP_STUN_SHAPE] += 1
    elif 20 <= data[0] <= 63 and length >= DTLS_HEADER:
        forwarder.counters[DTLS_IN] += 1
        notify_datagram(forwarder, transport, address, data, length)
    else:
        forwarder.counters[DROP_SHAPE] += 1


cdef nanos forwarder_tick(Forwarder *forwarder, nanos now) noexcept nogil:
    if now >= forwarder.tick_at:
        forwarder.now = now
        reports_tick(forwarder)
        forwarder.tick_at = now + <nanos>(TICK if forwarder.transports != NULL else IDLE_TICK) * MILLISECOND
    return forwarder.tick_at


cdef void forwarder_flush(Forwarder *forwarder) noexcept nogil:
    if forwarder.dirty != NULL:
        forwarder.send(forwarder.send_context, forwarder)
        egress_reset(forwarder)
