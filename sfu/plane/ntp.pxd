"""NTP timestamps (RFC 3550 section 4) and nanoseconds of the wall clock."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from sfu.plane.wire cimport nanos

cdef enum:
    SECOND = 1000000000
    NTP_EPOCH = 2208988800      # seconds from 1900 to 1970


cdef inline nanos from_ntp(uint64_t ntp) noexcept nogil:
    """In ns since 1970."""
    return (<int64_t>(ntp >> 32) - NTP_EPOCH) * SECOND + <int64_t>((<uint64_t><uint32_t>ntp * SECOND) >> 32)


cdef inline uint64_t to_ntp(nanos wall) noexcept nogil:
    """From ns since 1970."""
    return (<uint64_t>(wall / SECOND + NTP_EPOCH) << 32) | ((<uint64_t>(wall % SECOND) << 32) / SECOND)


cdef inline int64_t to_ticks(nanos duration, int clock_rate) noexcept nogil:
    """A duration in timestamp units. Parted, because a peer's clock may be decades off and the product overflow."""
    return duration / SECOND * clock_rate + duration % SECOND * clock_rate / SECOND
