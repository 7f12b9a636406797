"""Rewritten packets in, encrypted datagrams grouped by receiver out. Does no input or output itself."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.stdlib cimport calloc
from libc.string cimport memcpy, memset

from sfu.plane.counters cimport (
    DROP_NO_KEYS,
    DROP_NO_MEMORY,
    DROP_PROTECT,
    DROP_TOO_LONG,
    RTCP_OUT,
    RTP_BYTES_OUT,
    RTP_OUT,
    RTX_OUT,
)
from sfu.plane.packet cimport ABSENT, VP8, MediaPacket
from sfu.plane.rewriter cimport Rewritten
from sfu.plane.rtp cimport RTP_HEADER
from sfu.plane.srtp cimport SRTP_OK, SRTP_TRAILER, srtp_protect, srtp_protect_rtcp
from sfu.plane.tables cimport (
    MAX_EXTENSION,
    OUT_BYTES,
    OUT_PACKETS,
    SENT_PACKETS,
    ExtensionLayout,
    Forwarder,
    OutPacket,
    SentEntry,
    Subscription,
    Transport,
)
from sfu.plane.twcc cimport SendHistory, history_put
from sfu.plane.vp8 cimport vp8_rewrite
from sfu.plane.wire cimport put16, put24, put32

cdef enum:
    # Bytes of padding to make a packet as long as its neighbour: encoders cut frames into parts that differ by one.
    EQUALISE = 16
    PADDING_ONLY = 4            # bytes of a packet without content
    MAX_ONE_BYTE_ID = 14        # RFC 8285 section 4.2


cdef void layout_build(ExtensionLayout *layout, int copied, int abs_send_time, int transport_cc) noexcept nogil:
    cdef int at = 4
    memset(layout, 0, sizeof(layout[0]))
    if 0 < copied <= MAX_ONE_BYTE_ID:
        layout.template[at] = <uint8_t>(copied << 4)
        layout.copied = at + 1
        at += 2
    if 0 < abs_send_time <= MAX_ONE_BYTE_ID:
        layout.template[at] = <uint8_t>((abs_send_time << 4) | 2)
        layout.abs_send_time = at + 1
        at += 4
    if 0 < transport_cc <= MAX_ONE_BYTE_ID:
        layout.template[at] = <uint8_t>((transport_cc << 4) | 1)
        layout.transport_cc = at + 1
        at += 3
    if at > 4:
        layout.length = (at + 3) & ~3
        put16(layout.template, 0xBEDE)
        put16(layout.template + 2, layout.length // 4 - 1)


cdef OutPacket *gather(Forwarder *forwarder, Transport *transport) noexcept nogil:
    """A place in the arena, last in the transport's list; sends first what is there when all are taken."""
    cdef OutPacket *out
    if forwarder.arena_used == OUT_PACKETS:
        forwarder.send(forwarder.send_context, forwarder)
    out = &forwarder.arena[forwarder.arena_used]
    forwarder.arena_used += 1
    out.next = NULL
    if transport.out_first == NULL:
        transport.out_first = out
        transport.next_dirty = forwarder.dirty
        forwarder.dirty = transport
    else:
        transport.out_last.next = out
    transport.out_last = out
    transport.out_count += 1
    return out


cdef inline int put_head(
    OutPacket *out, const ExtensionLayout *layout, uint8_t payload_type, const MediaPacket *packet, uint16_t sequence,
    uint32_t timestamp, uint32_t ssrc
) noexcept nogil:
    """RTP header and extension; their bytes."""
    cdef uint8_t *data = out.data
    cdef uint8_t copied
    data[0] = 0x90 if layout.length else 0x80
    data[1] = <uint8_t>((packet.marker << 7) | payload_type)
    put16(data + 2, sequence)
    put32(data + 4, timestamp)
    put32(data + 8, ssrc)
    if layout.length:
        memcpy(data + RTP_HEADER, layout.template, MAX_EXTENSION)
        if layout.copied:
            copied = packet.audio_level if out.audio else packet.orientation
            data[RTP_HEADER + layout.copied] = copied
            if copied == ABSENT:
                # Blank the element (0 = padding, RFC 8285 section 4.2), so that the size stays the same.
                data[RTP_HEADER + layout.copied] = 0
                data[RTP_HEADER + layout.copied - 1] = 0
    return RTP_HEADER + layout.length


cdef void remember(
    Subscription *subscription, const MediaPacket *packet, const Rewritten *rewritten, int layer
) noexcept nogil:
    """Notes how the packet went out, should the receiver ask for it again."""
    cdef SentEntry *entry
    if subscription.sent == NULL:
        subscription.sent = <SentEntry *>calloc(SENT_PACKETS, sizeof(SentEntry))
        if subscription.sent == NULL:
            return
    entry = &subscription.sent[rewritten.sequence % SENT_PACKETS]
    entry.sequence = rewritten.sequence
    entry.source = packet.sequence
    entry.resent = 0
    entry.timestamp = rewritten.timestamp
    entry.picture = rewritten.picture
    entry.tl0 = rewritten.tl0
    entry.layer = <signed char>layer


cdef void emit_media(
    Forwarder *forwarder, Subscription *subscription, const MediaPacket *packet, const Rewritten *rewritten, int layer
) noexcept nogil:
    cdef Transport *transport = subscription.transport
    cdef uint8_t payload_type = subscription.payload[packet.codec]
    cdef OutPacket *out
    cdef int head
    if payload_type == 0:
        return
    if transport.outbound.backend == NULL or transport.address_count == 0:
        forwarder.counters[DROP_NO_KEYS] += 1
        return
    if packet.length > OUT_BYTES - RTP_HEADER - MAX_EXTENSION - EQUALISE - SRTP_TRAILER:
        forwarder.counters[DROP_TOO_LONG] += 1
        return
    out = gather(forwarder, transport)
    out.rtcp = 0
    out.audio = subscription.rewriter.audio
    head = put_head(
        out, &transport.layouts[out.audio], payload_type, packet, <uint16_t>rewritten.sequence, rewritten.timestamp,
        subscription.ssrc
    )
    memcpy(out.data + head, packet.payload, packet.length)
    if packet.codec == VP8:
        vp8_rewrite(packet, out.data + head, rewritten.picture, rewritten.tl0)
    out.length = head + packet.length
    if subscription.rtx_ssrc:
        remember(subscription, packet, rewritten, layer)
    subscription.highest = max(subscription.highest, rewritten.sequence)
    subscription.packets += 1
    subscription.bytes += out.length
    subscription.rate.bytes += out.length
    subscription.octets += packet.length


cdef void emit_padding(
    Forwarder *forwarder, Subscription *subscription, const MediaPacket *packet, const Rewritten *rewritten
) noexcept nogil:
    cdef Transport *transport = subscription.transport
    cdef uint8_t payload_type = subscription.payload[packet.codec]
    cdef MediaPacket empty
    cdef OutPacket *out
    cdef int head
    if payload_type == 0 or transport.outbound.backend == NULL or transport.address_count == 0:
        return
    empty = packet[0]
    empty.marker = 0
    out = gather(forwarder, transport)
    out.rtcp = 0
    out.audio = subscription.rewriter.audio
    head = put_head(
        out, &transport.layouts[out.audio], payload_type, &empty, <uint16_t>rewritten.sequence, rewritten.timestamp,
        subscription.ssrc
    )
    put_padding(out, head, PADDING_ONLY)


cdef void put_padding(OutPacket *out, int length, int padding) noexcept nogil:
    """RFC 3550 section 5.1: P bit, and the last byte counts the padding."""
    out.data[0] |= 0x20
    memset(out.data + length, 0, padding - 1)
    out.data[length + padding - 1] = <uint8_t>padding
    out.length = length + padding


cdef int emit_rtx(
    Forwarder *forwarder, Subscription *subscription, const MediaPacket *packet, const SentEntry *entry
) noexcept nogil:
    cdef Transport *transport = subscription.transport
    cdef uint8_t payload_type = subscription.rtx_payload[packet.codec]
    cdef OutPacket *out
    cdef int head
    if payload_type == 0 or transport.outbound.backend == NULL or transport.address_count == 0:
        return 0
    out = gather(forwarder, transport)
    out.rtcp = 0
    out.audio = subscription.rewriter.audio
    head = put_head(
        out, &transport.layouts[out.audio], payload_type, packet, subscription.rtx_sequence, entry.timestamp,
        subscription.rtx_ssrc
    )
    subscription.rtx_sequence = <uint16_t>(subscription.rtx_sequence + 1)
    put16(out.data + head, <uint16_t>entry.sequence)        # RFC 4588 section 4: OSN
    head += 2
    memcpy(out.data + head, packet.payload, packet.length)
    if packet.codec == VP8:
        vp8_rewrite(packet, out.data + head, entry.picture, entry.tl0)
    out.length = head + packet.length
    subscription.retransmitted += 1
    forwarder.counters[RTX_OUT] += 1
    return out.length


cdef void emit_rtcp(Forwarder *forwarder, Transport *transport, const uint8_t *data, int length) noexcept nogil:
    cdef OutPacket *out
    if transport.outbound.backend == NULL or transport.address_count == 0 or length <= 0:
        return
    out = gather(forwarder, transport)
    out.rtcp = 1
    out.audio = 0
    memcpy(out.data, data, length)
    out.length = length


cdef void equalise(Transport *transport) noexcept nogil:
    """Pads packets that are a little shorter than the next one: segments of one send must be equally long."""
    cdef OutPacket *out = transport.out_first
    cdef OutPacket *start
    cdef int difference
    while out != NULL and out.next != NULL:
        start = out
        # Walk to the end of a run of equal lengths, then lift the whole run to what follows.
        while out.next != NULL and out.next.length == out.length and out.next.rtcp == 0:
            out = out.next
        if out.next == NULL or out.rtcp or out.next.rtcp or start.rtcp:
            out = out.next
            continue
        difference = out.next.length - start.length
        if 0 < difference <= EQUALISE:
            while start != out.next:
                if start.data[0] & 0x20 == 0:
                    put_padding(start, start.length, difference)
                start = start.next
        out = out.next


cdef void stamp(Forwarder *forwarder, Transport *transport, OutPacket *out) noexcept nogil:
    """Send time and transport-wide number, known only now."""
    cdef const ExtensionLayout *layout = &transport.layouts[out.audio]
    cdef uint8_t *extension = out.data + RTP_HEADER
    if layout.abs_send_time:
        # 24 bits of 6.18 fixed point seconds; any clock will do.
        put24(extension + layout.abs_send_time, <uint32_t>(((forwarder.now / 1000) << 18) / 1000000) & 0xFFFFFF)
    if layout.transport_cc:
        if transport.history == NULL:
            transport.history = <SendHistory *>calloc(1, sizeof(SendHistory))
            if transport.history == NULL:
                forwarder.counters[DROP_NO_MEMORY] += 1
                return
        put16(extension + layout.transport_cc, history_put(transport.history, out.length, forwarder.now))


cdef void seal(Forwarder *forwarder, Transport *transport) noexcept nogil:
    cdef OutPacket *out
    cdef int status
    if transport.out_count > 1:
        equalise(transport)
    out = transport.out_first
    while out != NULL:
        if out.rtcp:
            status = srtp_protect_rtcp(&transport.outbound, out.data, &out.length)
        else:
            stamp(forwarder, transport, out)
            status = srtp_protect(&transport.outbound, out.data, &out.length)
        if status != SRTP_OK:
            out.length = 0
            forwarder.counters[DROP_PROTECT] += 1
        elif out.rtcp:
            forwarder.counters[RTCP_OUT] += 1
        else:
            forwarder.counters[RTP_OUT] += 1
            forwarder.counters[RTP_BYTES_OUT] += out.length
            transport.packets_out += 1
            transport.bytes_out += out.length
        out = out.next


cdef void egress_reset(Forwarder *forwarder) noexcept nogil:
    cdef Transport *transport = forwarder.dirty
    while transport != NULL:
        transport.out_first = NULL
        transport.out_last = NULL
        transport.out_count = 0
        transport = transport.next_dirty
    forwarder.dirty = NULL
    forwarder.arena_used = 0
