"""RTP datagrams in, gathered copies to receivers out. The only module that sees every packet."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

from sfu.plane.bindings cimport binding_add, binding_find, binding_guess, binding_refuse, payload_find
from sfu.plane.counters cimport (
    DROP_AUTH,
    DROP_DESCRIPTOR,
    DROP_DUPLICATE,
    DROP_LATE,
    DROP_NO_KEYS,
    DROP_NO_MEMORY,
    DROP_PAUSED,
    DROP_PAYLOAD_TYPE,
    DROP_REPLAY,
    DROP_RTP_MALFORMED,
    DROP_RTX_EMPTY,
    DROP_SHED,
    DROP_SSRC_UNKNOWN,
    RTP_BYTES_IN,
    RTP_IN,
    RTX_IN,
)
from sfu.plane.egress cimport emit_media, emit_padding
from sfu.plane.h264 cimport h264_parse
from sfu.plane.holes cimport holes_seen, holes_skip
from sfu.plane.notify cimport notify_first_packet, notify_layer
from sfu.plane.packet cimport ABSENT, H264, OPUS, VP8, MediaPacket
from sfu.plane.queues cimport atomic_load, atomic_store
from sfu.plane.receive cimport receive_packet, receive_unwrap
from sfu.plane.rewriter cimport (
    REWRITE_BEGUN,
    REWRITE_IGNORE,
    REWRITE_PADDING,
    Rewritten,
    rewriter_accept,
    rewriter_forget,
)
from sfu.plane.ring cimport RING_SLOTS, ring_free, ring_get, ring_put, ring_seen
from sfu.plane.rtp cimport (
    EXT_AUDIO_LEVEL,
    EXT_TRANSPORT_CC,
    EXT_VIDEO_ORIENTATION,
    RtpPacket,
    rtp_parse,
    rtp_trim,
)
from sfu.plane.srtp cimport SRTP_OK, SRTP_REPLAYED, SRTP_TOO_OLD, srtp_unprotect
from sfu.plane.tables cimport (
    Binding,
    Forwarder,
    Layer,
    PayloadNumber,
    Publication,
    Subscription,
    Transport,
)
from sfu.plane.twcc cimport Arrivals, arrivals_put
from sfu.plane.vp8 cimport vp8_parse
from sfu.plane.wire cimport MILLISECOND, get16, nanos

cdef enum:
    ACTIVE_LEVEL = 35           # -dBov: louder is speech (the threshold of the clients' own detectors)
    SILENCE = 127               # RFC 6464
    OPUS_KHZ = 48               # RFC 7587 section 4.1: always 48 kHz
    OPUS_FRAME_MS = 20          # when the timestamps do not tell
    OPUS_LONGEST_MS = 120
    FIRST_REPORT_AFTER = 10     # ms: clients send mid and rid until they get a report
    REPORT_AFTER_SWITCH = 50    # ms
    FEEDBACK_AFTER = 50         # ms after the first numbered packet
    LARGEST_JUMP = 3000         # packets; more is a sender that begins anew (RFC 3550 appendix A.1, MAX_DROPOUT)
    PICTURE_CYCLE = 65536       # unwrapped picture ids begin here
    # ms in the socket. Later media is of no use in a conversation, and forwarding it would make what follows late, too.
    SHED_VIDEO = 250            # begin to drop
    SHED_VIDEO_UNTIL = 50       # go on until the queue is as short as this: one long gap mends sooner than many
    SHED_AUDIO = 500            # costs little, and is missed most


cdef void ingress_rtp(Forwarder *forwarder, Transport *transport, uint8_t *data, int length) noexcept nogil:
    cdef RtpPacket rtp
    cdef Binding binding
    cdef int status
    if transport.inbound.backend == NULL:
        forwarder.counters[DROP_NO_KEYS] += 1
        return
    if rtp_parse(&rtp, data, length, transport.kinds) < 0:
        forwarder.counters[DROP_RTP_MALFORMED] += 1
        return
    # The header is not encrypted: packets that nobody claims cost no decryption and leave no stream in libsrtp.
    if find_binding(transport, &rtp, &binding) == 0:
        forwarder.counters[DROP_SSRC_UNKNOWN] += 1
        return
    if too_late(transport, binding.publication.audio, forwarder.waited):
        # Not counted as received: receiver reports and transport-wide feedback make the publisher send less.
        binding.layer.shed = True
        forwarder.counters[DROP_SHED] += 1
        return
    status = srtp_unprotect(&transport.inbound, data, &length)
    if status != SRTP_OK:
        forwarder.counters[DROP_REPLAY if status == SRTP_REPLAYED or status == SRTP_TOO_OLD else DROP_AUTH] += 1
        return
    if rtp_trim(&rtp, length) < 0:
        forwarder.counters[DROP_RTP_MALFORMED] += 1
        binding_refuse(transport, rtp.ssrc)
        return
    forwarder.counters[RTP_IN] += 1
    forwarder.counters[RTP_BYTES_IN] += length
    transport.packets_in += 1
    transport.bytes_in += length
    transport.last_packet = forwarder.now
    if rtp.size[EXT_TRANSPORT_CC] == 2:
        note_arrival(forwarder, transport, get16(data + rtp.offset[EXT_TRANSPORT_CC]))
    receive_media(forwarder, transport, &binding, &rtp)


cdef bint too_late(Transport *transport, bint audio, nanos waited) noexcept nogil:
    """Whether to drop what waited so long. Nothing but media is ever dropped for this."""
    if audio:
        return waited > <nanos>SHED_AUDIO * MILLISECOND
    transport.shedding = waited > <nanos>(SHED_VIDEO_UNTIL if transport.shedding else SHED_VIDEO) * MILLISECOND
    return transport.shedding


cdef int find_binding(Transport *transport, const RtpPacket *rtp, Binding *binding) noexcept nogil:
    """1 = `binding` tells the layer (not yet remembered when it is new), 0 = nobody's."""
    cdef Binding *known = binding_find(transport, rtp.ssrc)
    if known != NULL:
        binding[0] = known[0]
        return 1
    return binding_guess(transport, rtp, binding)


cdef void note_arrival(Forwarder *forwarder, Transport *transport, uint16_t sequence) noexcept nogil:
    if transport.arrivals == NULL:
        transport.arrivals = <Arrivals *>calloc(1, sizeof(Arrivals))
        if transport.arrivals == NULL:
            forwarder.counters[DROP_NO_MEMORY] += 1
            return
        transport.feedback_at = forwarder.now + FEEDBACK_AFTER * MILLISECOND
    arrivals_put(transport.arrivals, sequence, forwarder.now)


cdef void receive_media(
    Forwarder *forwarder, Transport *transport, const Binding *binding, RtpPacket *rtp
) noexcept nogil:
    """An authentic packet: unwraps RTX, fills a MediaPacket, forwards it."""
    cdef Layer *layer = binding.layer
    cdef Publication *publication = binding.publication
    cdef const PayloadNumber *payload = payload_find(publication, rtp.payload_type)
    cdef MediaPacket packet
    cdef uint16_t sequence = rtp.sequence
    if payload == NULL or (payload.rtx == rtp.payload_type) != binding.rtx:
        forwarder.counters[DROP_PAYLOAD_TYPE] += 1
        return
    if layer.ssrc != rtp.ssrc and layer.rtx_ssrc != rtp.ssrc:
        if not binding.rtx and (layer.ssrc or layer.receive.started):
            layer_restart(publication, layer)
        if binding_add(transport, binding) < 0:
            forwarder.counters[DROP_SSRC_UNKNOWN] += 1
            binding_refuse(transport, rtp.ssrc)
            return
        transport.report_at = min(transport.report_at, forwarder.now + FIRST_REPORT_AFTER * MILLISECOND)
    packet.payload = rtp.data + rtp.header
    packet.length = rtp.length - rtp.header
    if binding.rtx:
        forwarder.counters[RTX_IN] += 1
        # RFC 4588 section 4: the original sequence number precedes the payload. Before the layer's own first packet
        # there is nothing that it could repair.
        if packet.length <= 2 or not layer.receive.started:
            forwarder.counters[DROP_RTX_EMPTY] += 1
            return
        sequence = get16(packet.payload)
        packet.payload += 2
        packet.length -= 2
    packet.sequence = receive_unwrap(&layer.receive, sequence)
    if layer.receive.started and packet.sequence - layer.receive.highest > LARGEST_JUMP and not binding.rtx:
        layer_restart(publication, layer)
        packet.sequence = receive_unwrap(&layer.receive, sequence)
    if layer.receive.started and (
        packet.sequence - layer.receive.highest > LARGEST_JUMP
        or layer.receive.highest - packet.sequence >= RING_SLOTS
    ):
        forwarder.counters[DROP_LATE] += 1
        return
    if packet.sequence <= 0 or ring_seen(&layer.ring, packet.sequence):
        forwarder.counters[DROP_DUPLICATE] += 1
        return
    packet.timestamp = rtp.timestamp
    packet.marker = rtp.marker
    packet.codec = payload.codec
    packet.arrival = forwarder.now
    packet.audio_level = ABSENT
    packet.orientation = ABSENT
    if rtp.size[EXT_AUDIO_LEVEL]:
        packet.audio_level = rtp.data[rtp.offset[EXT_AUDIO_LEVEL]]
    if rtp.size[EXT_VIDEO_ORIENTATION]:
        packet.orientation = rtp.data[rtp.offset[EXT_VIDEO_ORIENTATION]]
    if describe(&packet, layer) < 0:
        forwarder.counters[DROP_DESCRIPTOR] += 1
        return
    count(publication, layer, payload, &packet, binding.rtx)
    if not layer.live:
        layer.live = True
        notify_first_packet(forwarder, publication, layer, rtp.payload_type)
    fan_out(forwarder, publication, layer, &packet)


cdef int describe(MediaPacket *packet, Layer *layer) noexcept nogil:
    """Fills what the codec's descriptor tells. 0, or -1 = malformed."""
    packet.start = 0
    packet.key = 0
    packet.temporal = 0
    packet.sync = 0
    packet.picture = -1
    packet.picture_bits = 0
    packet.tl0 = 0
    packet.tl0_offset = 0
    packet.width = 0
    packet.height = 0
    if packet.length == 0 or packet.codec == OPUS:
        return 0
    if packet.codec == H264:
        return h264_parse(packet)
    if vp8_parse(packet) < 0:
        return -1
    if packet.picture >= 0:
        packet.picture = unwrap_picture(layer.picture, <uint32_t>packet.picture, packet.picture_bits)
        layer.picture = max(layer.picture, packet.picture)
    return 0


cdef int64_t unwrap_picture(int64_t highest, uint32_t value, int bits) noexcept nogil:
    """The number nearest to `highest` whose low `bits` are `value`."""
    cdef int64_t cycle = 1 << bits
    cdef int64_t number
    if highest < 0:
        return PICTURE_CYCLE + value
    number = (highest & ~(cycle - 1)) | value
    if number - highest > cycle / 2:
        number -= cycle
    elif highest - number > cycle / 2:
        number += cycle
    return number


cdef void count(
    Publication *publication, Layer *layer, const PayloadNumber *payload, const MediaPacket *packet, bint recovered
) noexcept nogil:
    """Statistics, holes and ring."""
    layer.codec = packet.codec
    layer.clock_rate = OPUS_KHZ * 1000 if packet.codec == OPUS else 90000
    layer.ask_nack = payload.nack and not publication.audio
    layer.ask_pli = payload.pli
    layer.packets += 1
    layer.bytes += packet.length
    layer.rate.bytes += packet.length
    layer.last_packet = packet.arrival
    if publication.audio:
        count_audio(publication, layer, packet)
    else:
        if layer.shed and not recovered:
            # Nobody asks for what we did not want: that would come on top. A key frame mends it.
            holes_skip(&layer.holes, packet.sequence)
            layer.shed = False
            layer.key_asked = True
        elif holes_seen(&layer.holes, packet.sequence, packet.arrival):
            layer.key_asked = True
        layer.frames += packet.start if packet.codec == VP8 else packet.marker
        if packet.key:
            layer.key_frames += 1
            layer.key_asked = False
            if packet.width:
                layer.width = packet.width
                layer.height = packet.height
        if packet.length:
            ring_put(&layer.ring, packet)
    receive_packet(
        &layer.receive, packet.sequence, packet.timestamp, layer.clock_rate, recovered, packet.arrival
    )


cdef void count_audio(Publication *publication, Layer *layer, const MediaPacket *packet) noexcept nogil:
    cdef uint32_t length = (packet.timestamp - layer.last_timestamp) / OPUS_KHZ
    cdef int level
    if length == 0 or length > OPUS_LONGEST_MS:
        length = OPUS_FRAME_MS
    layer.last_timestamp = packet.timestamp
    publication.total_ms += length
    if packet.audio_level == ABSENT:
        return
    level = packet.audio_level & SILENCE        # RFC 6464 section 3: the top bit is voice activity
    if level <= ACTIVE_LEVEL:
        publication.active_ms += length
    if level < atomic_load(&publication.loudest):
        atomic_store(&publication.loudest, level)


cdef void fan_out(
    Forwarder *forwarder, Publication *publication, Layer *layer, const MediaPacket *packet
) noexcept nogil:
    cdef Subscription *subscription
    cdef int i
    cdef int index = layer.index
    if publication.paused:
        forwarder.counters[DROP_PAUSED] += 1
        return
    for i in range(publication.subscription_count):
        subscription = publication.subscriptions[i]
        if subscription.rewriter.layer != index and subscription.rewriter.target != index:
            continue
        if forward(forwarder, subscription, layer, packet) == REWRITE_BEGUN:
            catch_up(forwarder, subscription, layer, packet.sequence)


cdef int forward(
    Forwarder *forwarder, Subscription *subscription, Layer *layer, const MediaPacket *packet
) noexcept nogil:
    """One packet to one receiver; the verdict."""
    cdef Rewritten rewritten
    cdef int verdict = rewriter_accept(
        &subscription.rewriter, layer.index, packet, subscription.publication.clocks, &rewritten
    )
    if verdict == REWRITE_PADDING:
        emit_padding(forwarder, subscription, packet, &rewritten)
    elif verdict != REWRITE_IGNORE:
        if verdict == REWRITE_BEGUN:
            notify_layer(forwarder, subscription)
            # The receiver needs the new relation of timestamps and wall clock soon, or its lips get out of sync.
            subscription.transport.report_at = min(
                subscription.transport.report_at, forwarder.now + REPORT_AFTER_SWITCH * MILLISECOND
            )
        emit_media(forwarder, subscription, packet, &rewritten, layer.index)
    return verdict


cdef void catch_up(
    Forwarder *forwarder, Subscription *subscription, Layer *layer, int64_t sequence
) noexcept nogil:
    """The key frame's first packet came late: what came before it and follows it was left out, and is needed now."""
    cdef const MediaPacket *packet
    cdef int64_t number
    if subscription.rewriter.audio:
        return
    for number in range(sequence + 1, layer.receive.highest + 1):
        packet = ring_get(&layer.ring, number)
        if packet != NULL:
            forward(forwarder, subscription, layer, packet)


cdef void layer_restart(Publication *publication, Layer *layer) noexcept nogil:
    cdef Subscription *subscription
    cdef int i
    memset(&layer.receive, 0, sizeof(layer.receive))
    memset(&layer.holes, 0, sizeof(layer.holes))
    ring_free(&layer.ring)
    layer.picture = -1
    publication.clocks[layer.index].ntp = 0
    for i in range(publication.subscription_count):
        subscription = publication.subscriptions[i]
        rewriter_forget(&subscription.rewriter, layer.index)
        # Its entries name packets by numbers that now mean others.
        free(subscription.sent)
        subscription.sent = NULL
