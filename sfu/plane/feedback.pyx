"""SRTCP datagrams in; statistics, retransmissions and wishes for key frames out."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc

from sfu.plane.bindings cimport binding_find, binding_report
from sfu.plane.counters cimport (
    DROP_FEEDBACK_MALFORMED,
    DROP_NACK_BUDGET,
    DROP_NACK_NO_RTX,
    DROP_NACK_THROTTLED,
    DROP_NACK_UNKNOWN,
    DROP_NO_KEYS,
    DROP_RTCP_AUTH,
    DROP_RTCP_MALFORMED,
    RTCP_IN,
)
from sfu.plane.egress cimport emit_rtx
from sfu.plane.ntp cimport NTP_EPOCH, SECOND, from_ntp, to_ntp
from sfu.plane.packet cimport MediaPacket
from sfu.plane.queues cimport atomic_store
from sfu.plane.receive cimport ReportBlock
from sfu.plane.rewriter cimport LayerClock
from sfu.plane.ring cimport ring_get
from sfu.plane.rtcp cimport (
    FMT_AFB,
    FMT_FIR,
    FMT_NACK,
    FMT_PLI,
    FMT_TWCC,
    RTCP_PSFB,
    RTCP_RR,
    RTCP_RTPFB,
    RTCP_SR,
    RtcpPacket,
    SenderReport,
    rtcp_block,
    rtcp_next,
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
    SentEntry,
    Subscription,
    Transport,
)
from sfu.plane.twcc cimport TWCC_STATUSES, Feedback, history_read
from sfu.plane.wire cimport MILLISECOND, Reader, get16, get32, nanos, take, unwrap16

cdef enum:
    RESEND_AGAIN = 10           # ms between two copies of one packet, or the round trip when that is longer


cdef void feedback_receive(Forwarder *forwarder, Transport *transport, uint8_t *data, int length) noexcept nogil:
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
    binding_report(transport, get32(data + 4))      # RFC 3711 section 3.4: the sender's SSRC is not encrypted
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
