"""The receiving half of an endpoint: datagrams in; sequence, latency and RTCP bookkeeping; receiver RTCP out."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from benchmarks.load.frames cimport Codec, starts_key_frame
from benchmarks.load.linux cimport (
    MSG_DONTWAIT, ReceiveNotes, mmsghdr, receive_notes, recvmmsg, send, sendto, sockaddr,
)
from benchmarks.load.wire cimport (
    MAX_BLOCKS, MAX_PACKET, ReportBlock, RtpView, Stamp, get16, get32, read_rtp, read_stamp, write_nack,
    write_receiver_report, write_remb, RTCP_PSFB, RTCP_RTPFB, RTCP_SR,
)
from sfu.plane.srtp cimport SRTP_OK, srtp_protect_rtcp, srtp_unprotect, srtp_unprotect_rtcp

cdef enum:
    MAX_GAP = 64                # packets: a longer jump is a new start of the stream, not loss to ask for
    MAX_REORDER = 4096          # packets: how far behind a packet counts as late


cdef void prepare(ReceiveBatch *batch) noexcept nogil:
    """Point every message at its buffers, once."""
    cdef int i
    for i in range(BATCH):
        batch.vectors[i].iov_base = batch.buffers + i * RECEIVE_BUFFER
        batch.vectors[i].iov_len = RECEIVE_BUFFER
        memset(&batch.messages[i], 0, sizeof(mmsghdr))
        batch.messages[i].msg_hdr.msg_iov = &batch.vectors[i]
        batch.messages[i].msg_hdr.msg_iovlen = 1
        batch.messages[i].msg_hdr.msg_control = &batch.control[i][0]


cdef void drain(Endpoint *endpoint, ReceiveBatch *batch, int64_t now, int64_t clock_offset) noexcept nogil:
    cdef int count, i, at, size, length
    cdef int64_t arrival
    cdef ReceiveNotes notes
    cdef uint8_t *data
    while True:
        for i in range(BATCH):
            batch.messages[i].msg_hdr.msg_controllen = CONTROL_BUFFER
        count = recvmmsg(endpoint.fd, batch.messages, BATCH, MSG_DONTWAIT, NULL)
        for i in range(count):
            notes = receive_notes(&batch.messages[i].msg_hdr)
            arrival = notes.arrival - clock_offset if notes.arrival else now
            data = batch.buffers + i * RECEIVE_BUFFER
            length = <int>batch.messages[i].msg_len
            size = notes.segment if notes.segment > 0 else length
            at = 0
            while at < length:
                take_datagram(endpoint, batch, data + at, min(size, length - at), arrival)
                at += size
        if count < BATCH:
            break
    if endpoint.nack_count:
        flush_nacks(endpoint)


cdef void take_datagram(
    Endpoint *endpoint, ReceiveBatch *batch, uint8_t *data, int length, int64_t arrival
) noexcept nogil:
    # RFC 7983 section 7, and RFC 5761 section 4 for RTCP.
    if length < 2:
        return
    if data[0] < 128 or data[0] > 191:
        endpoint.control += 1
        to_python(batch.control_fd, endpoint, data, length)
    elif 192 <= data[1] <= 223:
        take_rtcp(endpoint, data, length, arrival)
    else:
        take_rtp(endpoint, batch, data, length, arrival)


cdef void to_python(int fd, Endpoint *endpoint, const uint8_t *data, int length) noexcept nogil:
    """Hands a datagram over; when the other end is too slow it is lost, as on a network."""
    cdef uint8_t out[4 + MAX_PACKET]
    cdef uint32_t index = endpoint.index
    if length > MAX_PACKET:
        return
    memcpy(out, &index, 4)
    memcpy(out + 4, data, length)
    send(fd, out, 4 + length, MSG_DONTWAIT)


cdef void take_rtp(
    Endpoint *endpoint, ReceiveBatch *batch, uint8_t *data, int length, int64_t arrival
) noexcept nogil:
    cdef RtpView view
    cdef Stream *stream
    cdef Kind kind
    if read_rtp(data, length, &view) < 0:
        endpoint.unknown += 1
        return
    kind = <Kind>endpoint.kinds[view.payload_type]
    stream = stream_of(endpoint, view.ssrc, kind, view.sequence)
    if stream == NULL:
        endpoint.unknown += 1
        return
    if kind == KIND_RTX:
        endpoint.retransmitted += 1
    else:
        endpoint.packets += 1
        endpoint.octets += length
        if endpoint.first_packet == 0:
            endpoint.first_packet = arrival
        count_packet(endpoint, stream, &view, length, arrival)
    if not is_wanted(endpoint, stream, view.payload_type):
        return
    if srtp_unprotect(&endpoint.inbound, data, &length) != SRTP_OK:
        endpoint.refused += 1
        return
    endpoint.decrypted += 1
    if endpoint.captured:
        to_python(batch.capture_fd, endpoint, data, length)
    if kind != KIND_RTX:
        look_inside(endpoint, batch, &view, data + view.header, length - view.header, arrival)


cdef bint is_wanted(Endpoint *endpoint, const Stream *stream, uint8_t payload_type) noexcept nogil:
    """Whether a packet gets decrypted."""
    if endpoint.captured:
        return True
    if stream.kind == KIND_RTX:
        return False
    if endpoint.first_key_frame == 0 and endpoint.codecs[payload_type]:
        return True
    return stream.received % <uint32_t>endpoint.sample == 0


cdef void look_inside(
    Endpoint *endpoint, ReceiveBatch *batch, const RtpView *view, const uint8_t *payload, int length, int64_t arrival
) noexcept nogil:
    cdef Stamp stamp
    cdef Codec codec = <Codec>endpoint.codecs[view.payload_type]
    if endpoint.first_key_frame == 0 and starts_key_frame(codec, payload, length):
        endpoint.first_key_frame = arrival
    if read_stamp(payload, length, &stamp) == 0:
        count_latency(&batch.latency[<int>endpoint.kinds[view.payload_type]], arrival - stamp.sent)


cdef Stream *stream_of(Endpoint *endpoint, uint32_t ssrc, Kind kind, uint16_t sequence) noexcept nogil:
    """The stream of an SSRC, made on its first packet; NULL for an unknown payload type or too many SSRCs."""
    cdef uint32_t slot = (ssrc * 2654435769u) >> 24
    cdef Stream *stream
    if kind == KIND_NONE:
        return NULL
    while True:
        stream = &endpoint.streams[slot & (STREAM_SLOTS - 1)]
        if stream.kind != KIND_NONE and stream.ssrc == ssrc:
            return stream
        if stream.kind == KIND_NONE:
            break
        slot += 1
    if endpoint.stream_count >= STREAM_LIMIT:
        return NULL
    memset(stream, 0, sizeof(Stream))
    endpoint.stream_count += 1
    stream.ssrc, stream.kind = ssrc, kind
    stream.base = 0x10000 + <uint32_t>sequence  # one cycle ahead, so that an earlier packet does not underflow
    stream.highest = stream.base - 1
    return stream


cdef void count_packet(
    Endpoint *endpoint, Stream *stream, const RtpView *view, int length, int64_t arrival
) noexcept nogil:
    """RFC 3550 sections A.1 and A.8: extended sequence number and jitter."""
    cdef int step = <int><short>(view.sequence - <uint16_t>stream.highest)
    cdef int32_t clock = clock_rate(stream.kind) // 1000   # timestamp units per ms
    cdef uint32_t transit = <uint32_t>(arrival // 1000 * clock // 1000) - view.timestamp
    cdef int32_t difference = <int32_t>(transit - stream.transit)
    stream.received += 1
    stream.octets += length
    if step > 0:
        if 1 < step <= MAX_GAP:
            want(endpoint, stream.ssrc, <uint16_t>(stream.highest + 1), step - 1)
        stream.highest += step
    elif step > -MAX_REORDER:
        stream.late += 1
    if stream.received > 1 and difference > -clock * 10000 and difference < clock * 10000:
        stream.jitter += (difference if difference > 0 else -difference) - ((stream.jitter + 8) >> 4)
    stream.transit = transit


cdef int clock_rate(Kind kind) noexcept nogil:
    return 48000 if kind == KIND_AUDIO else 90000


cdef uint32_t lost_of(const Stream *stream) noexcept nogil:
    cdef uint32_t expected = stream.highest - stream.base + 1
    return expected - stream.received if expected > stream.received else 0


cdef void count_latency(Histogram *histogram, int64_t latency) noexcept nogil:
    histogram.counts[bucket_of(latency)] += 1
    if latency > histogram.max:
        histogram.max = latency


cdef int bucket_of(int64_t latency) noexcept nogil:
    """Microseconds up to 64 have a bucket each; every doubling beyond has 32 (figures.py knows the edges)."""
    cdef uint64_t value = <uint64_t>(latency // 1000) if latency > 0 else 0
    cdef int doubling = 0
    while value >> doubling >= 64:
        doubling += 1
    cdef int bucket = <int>value if doubling == 0 else 32 + doubling * 32 + <int>((value >> doubling) - 32)
    return min(bucket, HISTOGRAM_BUCKETS - 1)


cdef void want(Endpoint *endpoint, uint32_t ssrc, uint16_t first, int count) noexcept nogil:
    cdef int i
    if endpoint.nack_count and endpoint.nack_ssrc != ssrc:
        flush_nacks(endpoint)
    endpoint.nack_ssrc = ssrc
    for i in range(count):
        if endpoint.nack_count == NACK_LIMIT:
            return
        endpoint.nacks[endpoint.nack_count] = <uint16_t>(first + i)
        endpoint.nack_count += 1


cdef void flush_nacks(Endpoint *endpoint) noexcept nogil:
    cdef uint8_t out[MAX_PACKET]
    send_rtcp(endpoint, out, write_nack(out, endpoint.ssrc, endpoint.nack_ssrc, endpoint.nacks, endpoint.nack_count))
    endpoint.nack_count = 0


cdef void take_rtcp(Endpoint *endpoint, uint8_t *data, int length, int64_t arrival) noexcept nogil:
    cdef int at = 0
    cdef int size
    if srtp_unprotect_rtcp(&endpoint.inbound, data, &length) != SRTP_OK:
        endpoint.refused += 1
        return
    while at + 8 <= length:
        size = 4 + 4 * get16(data + at + 2)
        if at + size > length:
            return
        take_report(endpoint, data + at, size, arrival)
        at += size


cdef void take_report(Endpoint *endpoint, const uint8_t *data, int size, int64_t arrival) noexcept nogil:
    cdef int form = data[0] & 31
    cdef int at
    cdef Stream *stream
    if data[1] == RTCP_SR and size >= 28:
        stream = known_stream(endpoint, get32(data + 4))
        if stream != NULL:
            stream.sender_report = get32(data + 10)
            stream.sender_report_at = arrival
    elif data[1] == RTCP_PSFB and form == 1 and size >= 12:  # PLI, RFC 4585 section 6.3.1
        want_key_frame(endpoint, get32(data + 8))
    elif data[1] == RTCP_PSFB and form == 4:  # FIR, RFC 5104 section 4.3.1
        for at in range(12, size - 7, 8):
            want_key_frame(endpoint, get32(data + at))
    elif data[1] == RTCP_RTPFB and form == 1:
        endpoint.nacked += 1


cdef Stream *known_stream(Endpoint *endpoint, uint32_t ssrc) noexcept nogil:
    cdef int i
    for i in range(STREAM_SLOTS):
        if endpoint.streams[i].kind != KIND_NONE and endpoint.streams[i].ssrc == ssrc:
            return &endpoint.streams[i]
    return NULL


cdef void want_key_frame(Endpoint *endpoint, uint32_t ssrc) noexcept nogil:
    cdef Source *source = endpoint.sources
    endpoint.plis += 1
    while source != NULL:
        if source.head.ssrc == ssrc:
            source.key_wanted = True
        source = source.next_of_endpoint


cdef void report(Endpoint *endpoint, int64_t now) noexcept nogil:
    cdef uint8_t out[MAX_PACKET]
    cdef ReportBlock blocks[MAX_BLOCKS]
    cdef int count = 0
    cdef int i, length
    cdef uint32_t media = 0
    for i in range(STREAM_SLOTS):
        if count < MAX_BLOCKS and endpoint.streams[i].kind in (KIND_AUDIO, KIND_VIDEO):
            fill_block(&blocks[count], &endpoint.streams[i], now)
            count += 1
            if endpoint.streams[i].kind == KIND_VIDEO:
                media = endpoint.streams[i].ssrc
    if count == 0:
        return
    length = write_receiver_report(out, endpoint.ssrc, blocks, count)
    if media and endpoint.remb:
        length += write_remb(out + length, endpoint.ssrc, media, endpoint.remb)
    send_rtcp(endpoint, out, length)


cdef void fill_block(ReportBlock *block, Stream *stream, int64_t now) noexcept nogil:
    # RFC 3550 sections 6.4.1 and A.3.
    cdef uint32_t expected = stream.highest - stream.base + 1
    cdef uint32_t since = expected - stream.reported_expected
    cdef uint32_t got = stream.received - stream.reported_received
    block.ssrc = stream.ssrc
    block.fraction = <uint8_t>min((since - got) * <uint32_t>256 // since, <uint32_t>255) if since > got else 0
    block.lost = <int32_t>lost_of(stream)
    block.highest = stream.highest - 0x10000
    block.jitter = stream.jitter >> 4
    block.last_report = stream.sender_report
    block.delay = 0
    if stream.sender_report:
        block.delay = <uint32_t>((now - stream.sender_report_at) // 1000 * 65536 // 1000000)
    stream.reported_expected, stream.reported_received = expected, stream.received


cdef void send_rtcp(Endpoint *endpoint, uint8_t *packet, int length) noexcept nogil:
    """Protects in place and sends; the buffer holds MAX_PACKET bytes."""
    if srtp_protect_rtcp(&endpoint.outbound, packet, &length) == SRTP_OK:
        send_to_remote(endpoint, packet, length)


cdef void send_to_remote(Endpoint *endpoint, const uint8_t *packet, int length) noexcept nogil:
    """A full socket buffer loses the packet; the receivers' figures show it."""
    if endpoint.remote_length:
        sendto(
            endpoint.fd, packet, length, MSG_DONTWAIT, <const sockaddr *>&endpoint.remote, endpoint.remote_length
        )
