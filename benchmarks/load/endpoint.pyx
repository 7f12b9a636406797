"""The receiving half of an endpoint: datagrams in; counted, timed, and some of them opened.

Copying a payload that nobody looks at would cost more than everything else that is done with a packet, so where only
a sample is decrypted the others are read up to SHORT_READ bytes: the kernel still tells the whole length. That is done
only while media is all that arrives. A handshake or data messages end it, before any of theirs could be cut.
"""

from libc.errno cimport EBADF, ENOTSOCK, errno
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc
from libc.string cimport memcpy, memset

from benchmarks.load.feedback cimport flush_nacks, take_rtcp, want
from benchmarks.load.frames cimport Codec, starts_key_frame
from benchmarks.load.linux cimport MSG_DONTWAIT, MSG_TRUNC, ReceiveNotes, mmsghdr, receive_notes, recvmmsg, send
from benchmarks.load.streams cimport count_packet, stream_of
from benchmarks.load.wire cimport MAX_PACKET, RtpView, Stamp, read_rtp, read_stamp
from sfu.plane.srtp cimport SRTP_OK, srtp_unprotect

cdef enum:
    MAX_READS = 32              # system calls in a row for one endpoint, so that a flood does not stop the others
    TALK_TIME = 1000000000      # ns after a data message in which the next one is expected; also for new streams


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
        choose_sizes(endpoint, batch, now)
        count = recvmmsg(endpoint.fd, batch.messages, BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL)
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


cdef void choose_sizes(Endpoint *endpoint, ReceiveBatch *batch, int64_t now) noexcept nogil:
    """How much of each datagram is read: all of those that `is_wanted` will choose if only media comes."""
    cdef int size = batch.buffer_size if must_be_whole(endpoint, batch, now) else SHORT_READ
    cdef int at = endpoint.until_look - 1
    cdef uint32_t chance = endpoint.chance
    cdef int i
    for i in range(BATCH):
        batch.vectors[i].iov_len = size
    while at < BATCH:
        batch.vectors[max(at, 0)].iov_len = batch.buffer_size
        at = max(at, 0) + next_look(&chance, endpoint.sample)


cdef bint must_be_whole(const Endpoint *endpoint, const ReceiveBatch *batch, int64_t now) noexcept nogil:
    return (
        batch.whole or endpoint.whole or endpoint.captured or endpoint.watched or endpoint.sources != NULL
        or endpoint.first_key_frame == 0 or now < endpoint.whole_until
    )


cdef int next_look(uint32_t *chance, int sample) noexcept nogil:
    """Packets until the next one is opened, `sample` on average."""
    chance[0] = chance[0] * 1664525u + 1013904223u
    return 1 + <int>((chance[0] >> 8) % <uint32_t>(2 * sample - 1))


cdef inline void take_message(
    Endpoint *endpoint, ReceiveBatch *batch, int i, int64_t now, int64_t clock_offset
) noexcept nogil:
    """One datagram, or several that came together as segments."""
    cdef ReceiveNotes notes = receive_notes(&batch.messages[i].msg_hdr)
    cdef int64_t arrival = notes.arrival - clock_offset if notes.arrival else now
    cdef uint8_t *data = batch.buffers + i * batch.buffer_size
    cdef int length = <int>batch.messages[i].msg_len
    cdef int size = notes.segment if notes.segment > 0 else length
    cdef int held = length
    cdef int at = 0
    if batch.messages[i].msg_hdr.msg_flags & MSG_TRUNC:
        held = <int>batch.vectors[i].iov_len
    while at < held:
        take_datagram(endpoint, batch, data + at, min(size, held - at), min(size, length - at), arrival)
        at += size


cdef void take_datagram(
    Endpoint *endpoint, ReceiveBatch *batch, uint8_t *data, int held, int length, int64_t arrival
) noexcept nogil:
    # RFC 7983 section 7, and RFC 5761 section 4 for RTCP.
    if length < 2:
        return
    if data[0] < 128 or data[0] > 191:
        endpoint.control += 1
        if data[0] >= 20:
            endpoint.talks_until = endpoint.whole_until = arrival + TALK_TIME
        if held < length:
            endpoint.whole = True
        else:
            to_python(batch.control_fd, endpoint, data, length)
    elif 192 <= data[1] <= 223:
        if held == length:  # of a longer one only the times of sender reports are lost
            take_rtcp(endpoint, data, length, arrival)
    else:
        take_rtp(endpoint, batch, data, held, length, arrival)


cdef void to_python(int fd, Endpoint *endpoint, const uint8_t *data, int length) noexcept nogil:
    """Hands a datagram over; when the other end is too slow it is lost, as on a network."""
    cdef uint8_t out[4 + MAX_PACKET]
    if length > MAX_PACKET:
        return
    memcpy(out, &endpoint.number, 4)
    memcpy(out + 4, data, length)
    send(fd, out, 4 + length, MSG_DONTWAIT)


cdef void take_rtp(
    Endpoint *endpoint, ReceiveBatch *batch, uint8_t *data, int held, int length, int64_t arrival
) noexcept nogil:
    cdef RtpView view
    cdef Stream *stream
    cdef Kind kind
    cdef int missing
    if read_rtp(data, held, &view) < 0:
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
    if stream.received == 1:
        endpoint.whole_until = arrival + TALK_TIME
    if is_wanted(endpoint, stream, kind, view.payload_type, held < length):
        open_packet(endpoint, batch, kind, &view, data, length, arrival)


cdef bint is_wanted(
    Endpoint *endpoint, const Stream *stream, Kind kind, uint8_t payload_type, bint cut
) noexcept nogil:
    """Whether a packet gets decrypted: by chance, so that no position within frames is preferred."""
    if endpoint.captured:
        return not cut
    if kind == KIND_RTX:
        return False
    if cut:
        endpoint.until_look = max(endpoint.until_look - 1, 1)
        return False
    if stream.received == 1:  # libsrtp counts the turns of sequence numbers from the first packet that it sees
        return True
    if endpoint.first_key_frame == 0 and endpoint.codecs[payload_type]:
        return True
    endpoint.until_look -= 1
    if endpoint.until_look > 0:
        return False
    endpoint.until_look = next_look(&endpoint.chance, endpoint.sample)
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
