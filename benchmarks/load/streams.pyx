"""Streams by SSRC, their sequence numbers and jitter."""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

from benchmarks.load.endpoint cimport KIND_AUDIO, KIND_NONE

cdef enum:
    FIRST_SLOTS = 16            # of an endpoint's table; it doubles when three quarters are taken
    MAX_SLOTS = 4096            # 1500 participants with camera and voice; a flood of SSRCs ends here
    MAX_GAP = 64                # packets: a longer jump is a new start of the stream, not loss to ask for
    MAX_REORDER = 4096          # packets: how far behind a packet counts as late


cdef Stream *stream_of(Endpoint *endpoint, uint32_t ssrc, Kind kind, uint16_t sequence) noexcept nogil:
    cdef Stream *stream = endpoint.latest
    if kind == KIND_NONE:
        return NULL
    if stream != NULL and stream.ssrc == ssrc:
        return stream
    stream = known_stream(endpoint, ssrc)
    if stream == NULL:
        stream = make_stream(endpoint, ssrc, kind, sequence)
    endpoint.latest = stream
    return stream


cdef Stream *known_stream(Endpoint *endpoint, uint32_t ssrc) noexcept nogil:
    cdef Stream *stream
    if endpoint.stream_slots == 0:
        return NULL
    stream = slot_for(endpoint.streams, endpoint.stream_slots, ssrc)
    return stream if stream.kind != KIND_NONE else NULL


cdef Stream *slot_for(Stream *streams, int slots, uint32_t ssrc) noexcept nogil:
    """Where the SSRC is, or would be; a quarter of the slots is free, so the probe ends."""
    cdef uint32_t slot = (ssrc * 2654435769u) >> 16
    while streams[slot & (slots - 1)].kind != KIND_NONE and streams[slot & (slots - 1)].ssrc != ssrc:
        slot += 1
    return &streams[slot & (slots - 1)]


cdef Stream *make_stream(Endpoint *endpoint, uint32_t ssrc, Kind kind, uint16_t sequence) noexcept nogil:
    cdef Stream *stream
    if 4 * (endpoint.stream_count + 1) > 3 * endpoint.stream_slots and grow(endpoint) < 0:
        return NULL
    stream = slot_for(endpoint.streams, endpoint.stream_slots, ssrc)
    memset(stream, 0, sizeof(Stream))
    endpoint.stream_count += 1
    stream.ssrc, stream.kind = ssrc, kind
    stream.base = 0x10000 + <uint32_t>sequence  # one cycle ahead, so that an earlier packet does not underflow
    stream.highest = stream.base - 1
    return stream


cdef int grow(Endpoint *endpoint) noexcept nogil:
    cdef int slots = 2 * endpoint.stream_slots if endpoint.stream_slots else FIRST_SLOTS
    cdef int i
    cdef Stream *old = endpoint.streams
    cdef Stream *streams
    if slots > MAX_SLOTS:
        return -1
    streams = <Stream *>calloc(slots, sizeof(Stream))
    if streams == NULL:
        return -1
    for i in range(endpoint.stream_slots):
        if old[i].kind != KIND_NONE:
            slot_for(streams, slots, old[i].ssrc)[0] = old[i]
    free(old)
    endpoint.streams, endpoint.stream_slots, endpoint.latest = streams, slots, NULL
    return 0


cdef int count_packet(Stream *stream, const RtpView *view, int length, int64_t arrival) noexcept nogil:
    """RFC 3550 sections A.1 and A.8: extended sequence number and jitter."""
    cdef int step = <int><short>(view.sequence - <uint16_t>stream.highest)
    cdef int32_t clock = clock_rate(stream.kind) // 1000   # timestamp units per ms
    cdef uint32_t transit = <uint32_t>(arrival // 1000 * clock // 1000) - view.timestamp
    cdef int32_t difference = <int32_t>(transit - stream.transit)
    stream.received += 1
    stream.octets += length
    if stream.received > 1 and difference > -clock * 10000 and difference < clock * 10000:
        stream.jitter += (difference if difference > 0 else -difference) - ((stream.jitter + 8) >> 4)
    stream.transit = transit
    if step > 0:
        stream.highest += step
        return step - 1 if step <= MAX_GAP else 0
    if step > -MAX_REORDER:
        stream.late += 1
    return 0


cdef uint32_t lost_of(const Stream *stream) noexcept nogil:
    cdef uint32_t expected = stream.highest - stream.base + 1
    return expected - stream.received if expected > stream.received else 0


cdef int clock_rate(Kind kind) noexcept nogil:
    return 48000 if kind == KIND_AUDIO else 90000
