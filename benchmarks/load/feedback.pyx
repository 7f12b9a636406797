"""What the server reports and asks for, and what a receiver reports and asks for."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t

from benchmarks.load.endpoint cimport KIND_AUDIO, KIND_VIDEO, NACK_LIMIT, Source, Stream
from benchmarks.load.linux cimport MSG_DONTWAIT, sendto, sockaddr
from benchmarks.load.streams cimport known_stream, lost_of
from benchmarks.load.wire cimport (
    MAX_BLOCKS, MAX_PACKET, ReportBlock, get16, get32, write_nack, write_receiver_report, write_remb, RTCP_PSFB,
    RTCP_RTPFB, RTCP_SR,
)
from sfu.plane.srtp cimport SRTP_OK, srtp_protect_rtcp, srtp_unprotect_rtcp


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
    cdef Stream *stream
    cdef int count = 0
    cdef int length
    cdef int slot = endpoint.report_from
    cdef uint32_t media = 0
    for _ in range(endpoint.stream_slots):
        stream = &endpoint.streams[slot & (endpoint.stream_slots - 1)]
        if stream.kind in (KIND_AUDIO, KIND_VIDEO):
            if count == MAX_BLOCKS:
                break
            fill_block(&blocks[count], stream, now)
            count += 1
            if stream.kind == KIND_VIDEO:
                media = stream.ssrc
        slot += 1
    if count == 0:
        return
    endpoint.report_from = slot
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


cdef void want(Endpoint *endpoint, uint32_t ssrc, uint32_t before, int count) noexcept nogil:
    cdef int i
    if endpoint.nack_count and endpoint.nack_ssrc != ssrc:
        flush_nacks(endpoint)
    endpoint.nack_ssrc = ssrc
    for i in range(count):
        if endpoint.nack_count == NACK_LIMIT:
            return
        endpoint.nacks[endpoint.nack_count] = <uint16_t>(before - count + i)
        endpoint.nack_count += 1


cdef void flush_nacks(Endpoint *endpoint) noexcept nogil:
    cdef uint8_t out[MAX_PACKET]
    send_rtcp(endpoint, out, write_nack(out, endpoint.ssrc, endpoint.nack_ssrc, endpoint.nacks, endpoint.nack_count))
    endpoint.nack_count = 0


cdef void send_rtcp(Endpoint *endpoint, uint8_t *packet, int length) noexcept nogil:
    if srtp_protect_rtcp(&endpoint.outbound, packet, &length) == SRTP_OK:
        send_to_remote(endpoint, packet, length)


cdef void send_to_remote(Endpoint *endpoint, const uint8_t *packet, int length) noexcept nogil:
    if endpoint.open and endpoint.remote_length:
        sendto(
            endpoint.fd, packet, length, MSG_DONTWAIT, <const sockaddr *>&endpoint.remote, endpoint.remote_length
        )
