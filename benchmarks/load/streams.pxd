"""The received streams of an endpoint: a hash table of them, and RFC 3550's figures of each."""

from libc.stdint cimport int64_t, uint16_t, uint32_t

from benchmarks.load.endpoint cimport Endpoint, Kind, Stream
from benchmarks.load.wire cimport RtpView

# The stream of an SSRC, made on its first packet; NULL for an unknown payload type, too many SSRCs, no memory.
# Pointers to other streams of the endpoint end with this call.
cdef Stream *stream_of(Endpoint *endpoint, uint32_t ssrc, Kind kind, uint16_t sequence) noexcept nogil
# The same without making one.
cdef Stream *known_stream(Endpoint *endpoint, uint32_t ssrc) noexcept nogil
# Counts a packet; returns how many sequence numbers were jumped over and are worth asking for.
cdef int count_packet(Stream *stream, const RtpView *view, int length, int64_t arrival) noexcept nogil
cdef uint32_t lost_of(const Stream *stream) noexcept nogil
# Timestamp units per second.
cdef int clock_rate(Kind kind) noexcept nogil
