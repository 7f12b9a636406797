"""The clock in; reports, feedback and requests to peers out.

Regular reports are compound (RFC 3550 section 6.1); feedback alone is sent without one (RFC 5506).
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from sfu.plane.counters cimport KEY_FRAME_REQUESTS_OUT, NACKS_OUT
from sfu.plane.egress cimport emit_rtcp
from sfu.plane.holes cimport HOLES, holes_due
from sfu.plane.ntp cimport SECOND, to_ntp, to_ticks
from sfu.plane.receive cimport ReportBlock, receive_report
from sfu.plane.rewriter cimport LayerClock, rewriter_waits
from sfu.plane.rtcp cimport (
    MAX_BLOCKS,
    SenderReport,
    rtcp_put_cname,
    rtcp_put_nack,
    rtcp_put_pli,
    rtcp_put_receiver,
    rtcp_put_remb,
    rtcp_put_sender,
)
from sfu.plane.tables cimport Binding, Forwarder, Layer, Publication, Rate, Subscription, Transport
from sfu.plane.twcc cimport TWCC_BYTES, arrivals_build
from sfu.plane.wire cimport MILLISECOND, nanos

cdef enum:
    # Source of our receiver reports and feedback; libwebrtc's receive-only transports use the same.
    OUR_SSRC = 1
    COMPOUND = 1150             # bytes of a compound packet: fits every path with SRTCP's trailer
    REPORT_EVERY = 1000         # ms, sender and receiver reports
    FEEDBACK_EVERY = 80         # ms, transport-wide feedback; libwebrtc's own is between 50 and 250
    REMB_EVERY = 500            # ms
    # ms between two requests to one layer: the least, a round trip aside, so that newcomers have a picture soon; and
    # in the long run, for key frames cost those who watch already their quality. So many requests may come faster.
    KEY_FRAME_DISTANCE = 150
    KEY_FRAME_EVERY = 500
    KEY_FRAME_BURST = 4
    RATE_WINDOW = 1000          # ms
    UNKNOWN_ROUND_TRIP = 100    # ms, assumed for a peer that has not reported yet
    # Retransmission budget of a transport: bytes a second, and how many of them at once.
    RESEND_RATE = 250000
    RESEND_BURST = 125000
    MAX_REMB_SSRCS = 32


cdef void reports_tick(Forwarder *forwarder) noexcept nogil:
    cdef Transport *transport = forwarder.transports
    while transport != NULL:
        if transport.outbound.backend != NULL:
            tick_transport(forwarder, transport)
        transport = transport.next


cdef void tick_transport(Forwarder *forwarder, Transport *transport) noexcept nogil:
    cdef nanos now = forwarder.now
    cdef Publication *publication = transport.publications
    cdef uint8_t out[TWCC_BYTES]
    while publication != NULL:
        tick_publication(forwarder, publication)
        publication = publication.next
    if transport.arrivals != NULL and now >= transport.feedback_at:
        transport.feedback_at = now + FEEDBACK_EVERY * MILLISECOND
        emit_rtcp(forwarder, transport, out, arrivals_build(transport.arrivals, out, OUR_SSRC, any_ssrc(transport)))
    if transport.limit and now >= transport.limit_at:
        transport.limit_at = now + REMB_EVERY * MILLISECOND
        send_remb(forwarder, transport)
    refill(transport, now)
    if now >= transport.report_at:
        send_reports(forwarder, transport)
        transport.report_at = now + <nanos>REPORT_EVERY * MILLISECOND


cdef void refill(Transport *transport, nanos now) noexcept nogil:
    """The retransmission budget."""
    cdef nanos elapsed = min(now - transport.refilled_at, <nanos>SECOND)
    transport.refilled_at = now
    transport.resend_budget = min(transport.resend_budget + RESEND_RATE * elapsed / SECOND, RESEND_BURST)


cdef void rate_tick(Rate *rate, nanos now) noexcept nogil:
    if rate.since == 0:
        rate.since = now
    elif now - rate.since >= <nanos>RATE_WINDOW * MILLISECOND:
        rate.bitrate = <uint32_t>(rate.bytes * 8 * SECOND / <uint64_t>(now - rate.since))
        rate.bytes = 0
        rate.since = now


cdef uint32_t any_ssrc(const Transport *transport) noexcept nogil:
    return transport.bindings[0].ssrc if transport.binding_count else 0


cdef void tick_publication(Forwarder *forwarder, Publication *publication) noexcept nogil:
    cdef Layer *layer
    cdef int i
    for i in range(publication.layer_count):
        layer = publication.layers[i]
        rate_tick(&layer.rate, forwarder.now)
        if layer.ssrc == 0 or publication.audio:
            continue
        if layer.holes.count and layer.ask_nack:
            send_nacks(forwarder, publication.transport, layer)
        if forwarder.now >= layer.key_ask_next:
            if not publication.paused and (layer.key_asked or somebody_waits(publication, i)):
                send_pli(forwarder, publication.transport, layer)


cdef bint somebody_waits(const Publication *publication, int layer) noexcept nogil:
    """Whether a subscription needs a key frame of this layer to go on."""
    cdef int i
    for i in range(publication.subscription_count):
        if publication.subscriptions[i].rewriter.target == layer:
            if rewriter_waits(&publication.subscriptions[i].rewriter):
                return True
    return False


cdef void send_pli(Forwarder *forwarder, Transport *transport, Layer *layer) noexcept nogil:
    cdef uint8_t out[12]
    layer.key_asked = False
    space_requests(transport, layer, forwarder.now)
    if not layer.ask_pli:
        return
    layer.plis_sent += 1
    forwarder.counters[KEY_FRAME_REQUESTS_OUT] += 1
    emit_rtcp(forwarder, transport, out, rtcp_put_pli(out, OUR_SSRC, layer.ssrc))


cdef void space_requests(const Transport *transport, Layer *layer, nanos now) noexcept nogil:
    """When the next request may be sent: the key frame asked for now needs a round trip, more are rationed."""
    cdef nanos spare = <nanos>(KEY_FRAME_BURST - 1) * KEY_FRAME_EVERY * MILLISECOND
    cdef nanos closest = now + KEY_FRAME_DISTANCE * MILLISECOND + transport.round_trip
    layer.key_ration_at = max(layer.key_ration_at, now - spare) + KEY_FRAME_EVERY * MILLISECOND
    layer.key_ask_next = max(closest, layer.key_ration_at)


cdef void send_nacks(Forwarder *forwarder, Transport *transport, Layer *layer) noexcept nogil:
    cdef uint16_t numbers[HOLES]
    cdef uint8_t out[12 + 4 * HOLES]
    cdef nanos round_trip = transport.round_trip if transport.round_trip else UNKNOWN_ROUND_TRIP * MILLISECOND
    cdef int count = holes_due(&layer.holes, numbers, HOLES, round_trip, forwarder.now)
    if count == 0:
        return
    layer.nacks_sent += count
    forwarder.counters[NACKS_OUT] += count
    emit_rtcp(forwarder, transport, out, rtcp_put_nack(out, OUR_SSRC, layer.ssrc, numbers, count))


cdef void send_remb(Forwarder *forwarder, Transport *transport) noexcept nogil:
    cdef uint8_t out[20 + 4 * MAX_REMB_SSRCS]
    cdef uint32_t ssrcs[MAX_REMB_SSRCS]
    cdef int i, count = 0
    for i in range(transport.binding_count):
        if not transport.bindings[i].rtx and count < MAX_REMB_SSRCS:
            ssrcs[count] = transport.bindings[i].ssrc
            count += 1
    if count:
        emit_rtcp(forwarder, transport, out, rtcp_put_remb(out, OUR_SSRC, transport.limit, ssrcs, count))


cdef void send_reports(Forwarder *forwarder, Transport *transport) noexcept nogil:
    send_receiver_reports(forwarder, transport)
    send_sender_reports(forwarder, transport)


cdef void send_receiver_reports(Forwarder *forwarder, Transport *transport) noexcept nogil:
    cdef ReportBlock blocks[MAX_BLOCKS]
    cdef uint8_t out[COMPOUND]
    cdef Binding *binding
    cdef int i, length, count = 0
    for i in range(transport.binding_count):
        binding = &transport.bindings[i]
        if binding.rtx or not binding.layer.receive.started or count == MAX_BLOCKS:
            continue
        blocks[count].ssrc = binding.ssrc
        receive_report(&binding.layer.receive, &blocks[count], binding.layer.clock_rate, forwarder.now)
        count += 1
    if count == 0:
        return
    length = rtcp_put_receiver(out, OUR_SSRC, blocks, count)
    length += rtcp_put_cname(out + length, OUR_SSRC, <uint64_t>transport.handle)
    emit_rtcp(forwarder, transport, out, length)


cdef void send_sender_reports(Forwarder *forwarder, Transport *transport) noexcept nogil:
    """Reports of everything that flows to the peer, several in one compound."""
    cdef uint8_t out[COMPOUND]
    cdef Subscription *subscription = transport.subscriptions
    cdef SenderReport report
    cdef int length = 0
    while subscription != NULL:
        rate_tick(&subscription.rate, forwarder.now)
        if make_report(forwarder, subscription, &report):
            if length + 28 + 28 > COMPOUND:
                emit_rtcp(forwarder, transport, out, length)
                length = 0
            length += rtcp_put_sender(
                out + length, &report, <uint32_t>subscription.packets, subscription.octets
            )
            length += rtcp_put_cname(
                out + length, subscription.ssrc, <uint64_t>subscription.publication.transport.handle
            )
        subscription = subscription.next
    emit_rtcp(forwarder, transport, out, length)


cdef bint make_report(
    Forwarder *forwarder, const Subscription *subscription, SenderReport *report
) noexcept nogil:
    """The subscription's time now on its own clock; False while the publisher's clock is unknown."""
    cdef const Publication *publication = subscription.publication
    cdef int index = subscription.rewriter.layer
    cdef nanos wall = forwarder.now + forwarder.wall_offset
    cdef const LayerClock *clock
    cdef int64_t elapsed
    if index < 0 or subscription.packets == 0 or subscription.rewriter.clock_layer != index:
        return False
    clock = &publication.clocks[index]
    if clock.ntp == 0:
        return False
    elapsed = wall - publication.transport.wall_offset - clock.ntp
    report.ssrc = subscription.ssrc
    report.ntp = to_ntp(wall)
    report.rtp = clock.rtp + subscription.rewriter.timestamp_delta
    report.rtp += <uint32_t>to_ticks(elapsed, publication.layers[index].clock_rate)
    return True
