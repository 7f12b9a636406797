"""RTCP in, statistics and retransmissions out; and on the clock: reports, feedback and requests to peers.

Regular reports are compound (RFC 3550 section 6.1); feedback alone is sent without one (RFC 5506).
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc

from sfu.plane.bindings cimport binding_find
from sfu.plane.counters cimport (
    DROP_FEEDBACK_MALFORMED,
    DROP_NACK_BUDGET,
    DROP_NACK_NO_RTX,
    DROP_NACK_THROTTLED,
    DROP_NACK_UNKNOWN,
    DROP_NO_KEYS,
    DROP_RTCP_AUTH,
    DROP_RTCP_MALFORMED,
    KEY_FRAME_REQUESTS_OUT,
    NACKS_OUT,
    RTCP_IN,
)
from sfu.plane.egress cimport emit_rtcp, emit_rtx
from sfu.plane.holes cimport HOLES, holes_due
from sfu.plane.packet cimport MediaPacket
from sfu.plane.queues cimport atomic_store
from sfu.plane.receive cimport ReportBlock, receive_report
from sfu.plane.rewriter cimport LayerClock, rewriter_waits
from sfu.plane.ring cimport ring_get
from sfu.plane.rtcp cimport (
    FMT_AFB,
    FMT_FIR,
    FMT_NACK,
    FMT_PLI,
    FMT_TWCC,
    MAX_BLOCKS,
    RTCP_PSFB,
    RTCP_RR,
    RTCP_RTPFB,
    RTCP_SR,
    RtcpPacket,
    SenderReport,
    rtcp_block,
    rtcp_next,
    rtcp_put_cname,
    rtcp_put_nack,
    rtcp_put_pli,
    rtcp_put_receiver,
    rtcp_put_remb,
    rtcp_put_sender,
    rtcp_remb,
    rtcp_sender,
)
from sfu.plane.srtp cimport SRTP_OK, srtp_unprotect_rtcp
from sfu.plane.tables cimport (
    FEEDBACK_SAMPLES,
    SENT_PACKETS,
    Binding,
    FeedbackEntry,
    FeedbackQueue,
    Forwarder,
    Layer,
    Publication,
    Rate,
    SentEntry,
    Subscription,
    Transport,
)
from sfu.plane.twcc cimport TWCC_BYTES, TWCC_STATUSES, Feedback, arrivals_build, history_read
from sfu.plane.wire cimport MILLISECOND, Reader, get16, get32, nanos, take, unwrap16

cdef enum:
    # Source of our receiver reports and feedback; libwebrtc's receive-only transports use the same.
    OUR_SSRC = 1
    COMPOUND = 1150             # bytes of a compound packet: fits every path with SRTCP's trailer
    SECOND = 1000000000
    NTP_EPOCH = 2208988800      # seconds from 1900 to 1970
    REPORT_EVERY = 1000         # ms, sender and receiver reports
    FEEDBACK_EVERY = 80         # ms, transport-wide feedback; libwebrtc's own is between 50 and 250
    REMB_EVERY = 500            # ms
    KEY_FRAME_EVERY = 500       # ms between two requests to one layer
    RATE_WINDOW = 1000          # ms
    RESEND_AGAIN = 10           # ms between two copies of one packet, or the round trip when that is longer
    UNKNOWN_ROUND_TRIP = 100    # ms, assumed for a peer that has not reported yet
    # Retransmission budget of a transport: bytes a second, and how many of them at once.
    RESEND_RATE = 250000
    RESEND_BURST = 125000
    MAX_REMB_SSRCS = 32


# -- what peers report ----------------------------------------------------------------------------------------------


cdef void reports_receive(Forwarder *forwarder, Transport *transport, uint8_t *data, int length) noexcept nogil:
    cdef Reader compound
    cdef RtcpPacket packet
    cdef int status
    if transport.inbound.backend == NULL:
        forwarder.counters[DROP_NO_KEYS] += 1
        return
    status = srtp_unprotect_rtcp(&transport.inbound, data, &length)
    if status != SRTP_OK:
        forwarder.counters[DROP_RTCP_AUTH] += 1
        return
    forwarder.counters[RTCP_IN] += 1
    transport.last_packet = forwarder.now
    compound.at = data
    compound.left = length
    status = rtcp_next(&compound, &packet)
    while status > 0:
        handle(forwarder, transport, &packet)
        status = rtcp_next(&compound, &packet)
    if status < 0:
        forwarder.counters[DROP_RTCP_MALFORMED] += 1


cdef void handle(Forwarder *forwarder, Transport *transport, const RtcpPacket *packet) noexcept nogil:
    cdef Reader reader = [packet.body, packet.length]
    cdef const uint8_t *at
    cdef long long remb
    if packet.type == RTCP_SR:
        read_sender(forwarder, transport, packet)
        return
    if packet.type == RTCP_RR:
        if take(&reader, 4) != NULL:
            read_blocks(forwarder, transport, &reader)
        return
    if packet.type != RTCP_RTPFB and packet.type != RTCP_PSFB:
        return
    at = take(&reader, 8)               # SSRC of the sender, SSRC of the media
    if at == NULL:
        forwarder.counters[DROP_FEEDBACK_MALFORMED] += 1
    elif packet.type == RTCP_RTPFB and packet.count == FMT_NACK:
        read_nack(forwarder, transport, get32(at + 4), &reader)
    elif packet.type == RTCP_RTPFB and packet.count == FMT_TWCC:
        read_feedback(forwarder, transport, &reader)
    elif packet.type == RTCP_PSFB and packet.count == FMT_PLI:
        read_key_frame_request(transport, get32(at + 4))
    elif packet.type == RTCP_PSFB and packet.count == FMT_FIR:
        at = take(&reader, 8)           # RFC 5104 section 4.3.1.1: entries of SSRC and number
        while at != NULL:
            read_key_frame_request(transport, get32(at))
            at = take(&reader, 8)
    elif packet.type == RTCP_PSFB and packet.count == FMT_AFB:
        remb = rtcp_remb(packet)
        if remb >= 0:
            transport.remb = remb
            transport.remb_at = forwarder.now


cdef nanos from_ntp(uint64_t ntp) noexcept nogil:
    """NTP time in ns since 1970."""
    return (<int64_t>(ntp >> 32) - NTP_EPOCH) * SECOND + <int64_t>((<uint64_t><uint32_t>ntp * SECOND) >> 32)


cdef uint64_t to_ntp(nanos wall) noexcept nogil:
    return (<uint64_t>(wall / SECOND + NTP_EPOCH) << 32) | ((<uint64_t>(wall % SECOND) << 32) / SECOND)


cdef void read_sender(Forwarder *forwarder, Transport *transport, const RtcpPacket *packet) noexcept nogil:
    cdef SenderReport report
    cdef Reader blocks
    cdef Binding *binding
    cdef LayerClock *clock
    if rtcp_sender(packet, &report, &blocks) < 0:
        forwarder.counters[DROP_RTCP_MALFORMED] += 1
        return
    binding = binding_find(transport, report.ssrc)
    if binding != NULL and not binding.rtx and report.ntp >> 32 > NTP_EPOCH:
        binding.layer.receive.report_ntp = report.ntp
        binding.layer.receive.report_rtp = report.rtp
        binding.layer.receive.report_arrival = forwarder.now
        clock = &binding.publication.clocks[binding.layer.index]
        clock.ntp = from_ntp(report.ntp)
        clock.rtp = report.rtp
        if not transport.wall_known:
            # One offset for all tracks of the peer: what it captured together stays together.
            transport.wall_known = True
            transport.wall_offset = forwarder.now + forwarder.wall_offset - clock.ntp
    read_blocks(forwarder, transport, &blocks)


cdef void read_blocks(Forwarder *forwarder, Transport *transport, Reader *blocks) noexcept nogil:
    cdef ReportBlock block
    cdef Subscription *subscription
    cdef uint32_t elapsed
    while rtcp_block(blocks, &block):
        subscription = find_subscription(transport, block.ssrc)
        if subscription == NULL:
            continue
        subscription.lost = block.lost
        subscription.fraction = block.fraction
        subscription.jitter = block.jitter
        if block.last_report:
            # RFC 3550 section 6.4.1: now - LSR - DLSR in 1/65536 s.
            elapsed = <uint32_t>(to_ntp(forwarder.now + forwarder.wall_offset) >> 16)
            elapsed -= block.last_report + block.delay
            if elapsed < 10 * 65536:
                subscription.round_trip = max(<nanos>1, <nanos>elapsed * SECOND / 65536)
                transport.round_trip = subscription.round_trip


cdef Subscription *find_subscription(Transport *transport, uint32_t ssrc) noexcept nogil:
    cdef Subscription *subscription = transport.subscriptions
    while subscription != NULL and subscription.ssrc != ssrc:
        subscription = subscription.next
    return subscription


cdef void read_key_frame_request(Transport *transport, uint32_t media) noexcept nogil:
    cdef Subscription *subscription = find_subscription(transport, media)
    cdef int layer
    if subscription == NULL:
        return
    subscription.plis_received += 1
    layer = subscription.rewriter.layer
    if layer >= 0 and not subscription.rewriter.audio:
        subscription.publication.layers[layer].key_asked = True


cdef void read_nack(Forwarder *forwarder, Transport *transport, uint32_t media, Reader *fci) noexcept nogil:
    cdef Subscription *subscription = find_subscription(transport, media)
    cdef const uint8_t *at
    cdef uint16_t first, mask
    cdef int i
    if subscription == NULL:
        return
    if subscription.rtx_ssrc == 0 or subscription.sent == NULL:
        # Sending the same numbers again would encrypt two packets under one nonce.
        forwarder.counters[DROP_NACK_NO_RTX] += 1
        return
    at = take(fci, 4)
    while at != NULL:
        first = get16(at)
        mask = get16(at + 2)
        resend(forwarder, subscription, first)
        for i in range(16):
            if mask >> i & 1:
                resend(forwarder, subscription, <uint16_t>(first + 1 + i))
        at = take(fci, 4)


cdef void resend(Forwarder *forwarder, Subscription *subscription, uint16_t number) noexcept nogil:
    cdef Transport *transport = subscription.transport
    cdef int64_t sequence = unwrap16(subscription.highest, number)
    cdef SentEntry *entry = &subscription.sent[<uint64_t>sequence % SENT_PACKETS]
    cdef const MediaPacket *packet = NULL
    subscription.nacks_received += 1
    if entry.sequence == sequence and entry.layer < subscription.publication.layer_count:
        packet = ring_get(&subscription.publication.layers[entry.layer].ring, entry.source)
    if packet == NULL:
        forwarder.counters[DROP_NACK_UNKNOWN] += 1
        return
    if entry.resent and forwarder.now - entry.resent < max(transport.round_trip, RESEND_AGAIN * MILLISECOND):
        forwarder.counters[DROP_NACK_THROTTLED] += 1
        return
    if transport.resend_budget <= 0:
        forwarder.counters[DROP_NACK_BUDGET] += 1
        return
    entry.resent = forwarder.now
    transport.resend_budget -= emit_rtx(forwarder, subscription, packet, entry)


cdef void read_feedback(Forwarder *forwarder, Transport *transport, Reader *fci) noexcept nogil:
    cdef Feedback statuses[TWCC_STATUSES]
    cdef FeedbackQueue *queue
    cdef FeedbackEntry *entry
    cdef long head
    cdef int i, count = -1
    if transport.history != NULL:
        count = history_read(transport.history, fci.at, fci.left, statuses)
    if count < 0:
        forwarder.counters[DROP_FEEDBACK_MALFORMED] += 1
        return
    if transport.feedback == NULL:
        transport.feedback = <FeedbackQueue *>calloc(1, sizeof(FeedbackQueue))
        if transport.feedback == NULL:
            return
    queue = transport.feedback
    head = queue.head
    for i in range(count):
        entry = &queue.entries[head % FEEDBACK_SAMPLES]
        entry.sequence = statuses[i].packet.sequence
        entry.size = statuses[i].packet.size
        entry.sent = statuses[i].packet.sent
        entry.received = statuses[i].received
        head += 1
        atomic_store(&queue.head, head)


# -- what we report and ask for -------------------------------------------------------------------------------------


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
    if now >= transport.report_at:
        refill(transport, now)
        send_reports(forwarder, transport)
        transport.report_at = now + <nanos>REPORT_EVERY * MILLISECOND


cdef void refill(Transport *transport, nanos now) noexcept nogil:
    """Once a report interval: the retransmission budget, and the bitrates of subscriptions."""
    cdef Subscription *subscription = transport.subscriptions
    transport.resend_budget = min(transport.resend_budget + RESEND_RATE, RESEND_BURST)
    while subscription != NULL:
        rate_tick(&subscription.rate, now)
        subscription = subscription.next


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
        if forwarder.now - layer.key_asked_at >= <nanos>KEY_FRAME_EVERY * MILLISECOND or layer.key_asked_at == 0:
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
    layer.key_asked_at = forwarder.now
    if not layer.ask_pli:
        return
    layer.plis_sent += 1
    forwarder.counters[KEY_FRAME_REQUESTS_OUT] += 1
    emit_rtcp(forwarder, transport, out, rtcp_put_pli(out, OUR_SSRC, layer.ssrc))


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
    # In microseconds: ns times the clock rate would leave 64 bits after a day.
    report.rtp += <uint32_t>(elapsed / 1000 * publication.layers[index].clock_rate / 1000000)
    return True
