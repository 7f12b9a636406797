"""RTCP of an endpoint, both ways: reports, key frame requests, NACKs."""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from benchmarks.load.endpoint cimport Endpoint

# A protected compound packet; it is changed in place.
cdef void take_rtcp(Endpoint *endpoint, uint8_t *data, int length, int64_t arrival) noexcept nogil
# Receiver reports and REMB of what it receives: all streams in turn, as many at a time as fit one packet.
cdef void report(Endpoint *endpoint, int64_t now) noexcept nogil
# Asks for `count` packets that precede the stream's sequence number `before`; sent at the latest by `flush_nacks`.
cdef void want(Endpoint *endpoint, uint32_t ssrc, uint32_t before, int count) noexcept nogil
cdef void flush_nacks(Endpoint *endpoint) noexcept nogil
# Protects in place and sends; the buffer holds MAX_PACKET bytes.
cdef void send_rtcp(Endpoint *endpoint, uint8_t *packet, int length) noexcept nogil
# A full socket buffer loses the packet; the receivers' figures show it.
cdef void send_to_remote(Endpoint *endpoint, const uint8_t *packet, int length) noexcept nogil
