"""Reception statistics of one SSRC (RFC 3550 appendix A): unwrapped numbers, loss, jitter, sender reports."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from sfu.plane.wire cimport nanos

cdef struct Receive:
    bint started
    int64_t first               # unwrapped sequence number of the first packet
    int64_t highest             # unwrapped
    uint64_t packets            # received in time or recovered, without duplicates
    uint64_t expected_prior     # at the last report (RFC 3550 appendix A.3)
    uint64_t received_prior
    double jitter               # seconds
    double transit              # seconds, arrival minus timestamp of the last packet
    uint32_t transit_timestamp  # of the packet that `transit` belongs to
    nanos transit_arrival
    uint64_t report_ntp         # of the last sender report, 0 = none
    uint32_t report_rtp
    nanos report_arrival

cdef struct ReportBlock:        # RFC 3550 section 6.4.1
    uint32_t ssrc
    uint8_t fraction            # of 256
    int64_t lost                # cumulative, clamped to 24 bits when written
    uint32_t highest
    uint32_t jitter             # timestamp units
    uint32_t last_report        # middle 32 bits of the sender report's NTP time
    uint32_t delay              # since then, 1/65536 s

# The unwrapped sequence number of a packet that was just received; changes nothing.
cdef int64_t receive_unwrap(const Receive *receive, uint16_t sequence) noexcept nogil
# Counts a packet. `recovered`: by RTX, which says nothing of jitter.
cdef void receive_packet(
    Receive *receive, int64_t sequence, uint32_t timestamp, int clock_rate, bint recovered, nanos now
) noexcept nogil
# Packets that never came; not negative.
cdef int64_t receive_lost(const Receive *receive) noexcept nogil
# Fills a block and begins the next interval.
cdef void receive_report(Receive *receive, ReportBlock *block, int clock_rate, nanos now) noexcept nogil
