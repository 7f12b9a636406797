"""The receiving half of an endpoint: datagrams in; counted, timed, and some of them opened."""

from libc.errno cimport EBADF, ENOTSOCK, errno
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc
from libc.string cimport memcpy, memset

from benchmarks.load.feedback cimport flush_nacks, take_rtcp, want
from benchmarks.load.frames cimport Codec, starts_key_frame
from benchmarks.load.linux cimport MSG_DONTWAIT, ReceiveNotes, mmsghdr, receive_notes, recvmmsg, send
from benchmarks.load.streams cimport count_packet, stream_of
from benchmarks.load.wire cimport MAX_PACKET, RtpView, Stamp, read_rtp, read_stamp
from sfu.plane.srtp cimport SRTP_OK, srtp_unprotect

cdef enum:
    MAX_READS = 32              # system calls in a row for one endpoint, so that a flood does not stop the others
    TALK_TIME = 1000000000      # ns after a data message in which the next one is expected


cdef int prepare(ReceiveBatch *batch, int buffer_size) noexcept nogil:
    """Point every message at its buffers, once."""
    cdef int i
    batch.buffer_size = buffer_size
    batch.buffers = <uint8_t *>calloc(BATCH, buffer_size)
    if batch.buffers == NULL:
        return -1
    for i in range(BATCH):
        batch.vectors[i].iov_base = batch.buffers + i * buffer_size
        batch.vectors[i].iov_len = buffer_size
        memset(&batch.messages[i], 0, sizeof(mmsghdr))
        batch.messages[i].msg_hdr.msg_iov = &batch.vectors[i]
        batch.messages[i].msg_hdr.msg_iovlen = 1
        batch.messages[i].msg_hdr.msg_control = &batch.control[i][0]
        batch.messages[i].msg_hdr.msg_controllen = CONTROL_BUFFER
    return 0


cdef int drain(Endpoint *endpoint, ReceiveBatch *batch, int64_t now, int64_t clock_offset) noexcept nogil:
    cdef int count, i
    cdef int taken = 0
    for _ in range(MAX_READS):
        count = recvmmsg(endpoint.fd, batch.messages, BATCH, MSG_DONTWAIT, NULL)
        batch.reads += 1
        if count < 0 and (errno == EBADF or errno == ENOTSOCK):
            endpoint.open = False
        for i in range(count):
            take_message(endpoint, batch, i, now, clock_offset)
            batch.messages[i].msg_hdr.msg_controllen = CONTROL_BUFFER
        if count > 0:
            taken += count
        if count < BATCH:
            break
    if endpoint.nack_count:
        flush_nacks(endpoint)
    batch.datagrams += taken
    return taken


cdef inline void take_message(
    Endpoint *endpoint, ReceiveBatch *batch, int i, int64_t now, int64_t clock_offset
) noexcept nogil:
    """One datagram, or several that came together as segments."""
    cdef ReceiveNotes notes = receive_notes(&batch.messages[i].msg_hdr)
    cdef int64_t arrival = notes.arrival - clock_offset if notes.arrival else now
    cdef uint8_t *data = batch.buffers + i * batch.buffer_size
    cdef int length = <int>batch.messages[i].msg_len
    cdef int size = notes.segment if notes.segment > 0 else length
    cdef int at = 0
    while at < length:
        take_datagram(endpoint, batch, data + at, min(size, length - at), arrival)
        at += size


cdef void take_datagram(
    Endpoint *endpoint, ReceiveBatch *batch, uint8_t *data, int length, int64_t arrival
) noexcept nogil:
    # RFC 7983 section 7, and RFC 5761 section 4 for RTCP.
    if length < 2:
        return
    if data[0] < 128 or data[0] > 191:
        endpoint.control += 1
        if data[0] >= 20:
            endpoint.talks_until = arrival + TALK_TIME
        to_python(batch.control_fd, endpoint, data, length)
    elif 192 <= data[1] <= 223:
        take_rtcp(endpoint, data, length, arrival)
    else:
        take_rtp(endpoint, batch, data, length, arrival)


cdef void to_python(int fd, Endpoint *endpoint, const uint8_t *data, int length) noexcept nogil:
    """Hands a datagram over; when the other end is too slow it is lost, as on a network."""
    cdef uint8_t out[4 + MAX_PACKET]
    if length > MAX_PACKET:
        return
    memcpy(out, &endpoint.number, 4)
    memcpy(out + 4, data, length)
    send(fd, out, 4 + length, MSG_DONTWAIT)


cdef void take_rtp(
    Endpoint *endpoint, ReceiveBatch *batch, uint8_t *data, int length, int64_t arrival
) noexcept nogil:
    cdef RtpView view
    cdef Stream *stream
    cdef Kind kind
    cdef int missing
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
        missing = count_packet(stream, &view, length, arrival)
        if missing:
            want(endpoint, stream.ssrc, stream.highest, missing)
    if is_wanted(endpoint, stream, kind, view.payload_type):
        open_packet(endpoint, batch, kind, &view, data, length, arrival)


cdef bint is_wanted(Endpoint *endpoint, const Stream *stream, Kind kind, uint8_t payload_type) noexcept nogil:
    """Whether a packet gets decrypted: by chance, so that no position within frames is preferred."""
    if endpoint.captured:
        return True
    if kind == KIND_RTX:
        return False
    if stream.received == 1:  # libsrtp counts the turns of sequence numbers from the first packet that it sees
        return True
    if endpoint.first_key_frame == 0 and endpoint.codecs[payload_type]:
        return True
    endpoint.until_look -= 1
    if endpoint.until_look > 0:
        return False
    endpoint.chance = endpoint.chance * 1664525u + 1013904223u
    endpoint.until_look = 1 + (endpoint.chance >> 8) % <uint32_t>(2 * endpoint.sample - 1)
    return True


cdef void open_packet(
    Endpoint *endpoint, ReceiveBatch *batch, Kind kind, const RtpView *view, uint8_t *data, int length, int64_t arrival
) noexcept nogil:
    cdef const uint8_t *payload = data + view.header
    cdef Stamp stamp
    if srtp_unprotect(&endpoint.inbound, data, &length) != SRTP_OK:
        endpoint.refused += 1
        return
    endpoint.decrypted += 1
    if endpoint.captured:
        to_python(batch.capture_fd, endpoint, data, length)
    if kind == KIND_RTX:
        return
    length -= view.header
    if endpoint.first_key_frame == 0:
        if starts_key_frame(<Codec>endpoint.codecs[view.payload_type], payload, length):
            endpoint.first_key_frame = arrival
    if read_stamp(payload, length, &stamp) == 0:
        count_latency(&batch.latency[<int>kind], arrival - stamp.sent)


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
