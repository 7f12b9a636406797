"""Packets with their arrival times in, report blocks out. Pure: see the `.pxd`."""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memset

from sfu.plane.wire cimport nanos, unwrap16

cdef enum:
    # Unwrapped numbers begin one cycle up, so that packets before the first one stay above zero.
    CYCLE = 65536

cdef double JITTER_GAIN = 1.0 / 16      # RFC 3550 section 6.4.1


cdef int64_t receive_unwrap(const Receive *receive, uint16_t sequence) noexcept nogil:
    if not receive.started:
        return CYCLE + sequence
    return unwrap16(receive.highest, sequence)


cdef void receive_packet(
    Receive *receive, int64_t sequence, uint32_t timestamp, int clock_rate, bint recovered, nanos now
) noexcept nogil:
    cdef double difference
    if not receive.started:
        receive.started = True
        receive.first = sequence
        receive.highest = sequence
        receive.transit_timestamp = timestamp
        receive.transit_arrival = now
    receive.packets += 1
    if sequence < receive.first:
        receive.first = sequence
    if sequence > receive.highest:
        receive.highest = sequence
    if recovered:
        return
    if timestamp != receive.transit_timestamp:
        difference = (now - receive.transit_arrival) * 1e-9
        difference -= <double><int32_t>(timestamp - receive.transit_timestamp) / clock_rate
        receive.jitter += ((difference if difference >= 0 else -difference) - receive.jitter) * JITTER_GAIN
        receive.transit_timestamp = timestamp
        receive.transit_arrival = now


cdef int64_t receive_lost(const Receive *receive) noexcept nogil:
    cdef int64_t lost
    if not receive.started:
        return 0
    lost = receive.highest - receive.first + 1 - <int64_t>receive.packets
    return lost if lost > 0 else 0


cdef void receive_report(Receive *receive, ReportBlock *block, int clock_rate, nanos now) noexcept nogil:
    cdef uint64_t expected = <uint64_t>(receive.highest - receive.first + 1)
    cdef int64_t interval = <int64_t>(expected - receive.expected_prior)
    cdef int64_t lost = interval - <int64_t>(receive.packets - receive.received_prior)
    block.fraction = 0
    if interval > 0 and lost > 0:
        block.fraction = <unsigned char>min(255, lost * 256 / interval)
    receive.expected_prior = expected
    receive.received_prior = receive.packets
    block.lost = receive_lost(receive)
    block.highest = <uint32_t>receive.highest
    block.jitter = <uint32_t>(receive.jitter * clock_rate)
    block.last_report = 0
    block.delay = 0
    if receive.report_ntp:
        block.last_report = <uint32_t>(receive.report_ntp >> 16)
        block.delay = <uint32_t>((now - receive.report_arrival) * 65536 / 1000000000)


cdef class Receiver:
    """The statistics for tests; times in seconds."""

    cdef Receive receive
    cdef int clock_rate

    def __init__(self, int clock_rate):
        memset(&self.receive, 0, sizeof(self.receive))
        self.clock_rate = clock_rate

    def packet(self, uint16_t sequence, uint32_t timestamp, double now, bint recovered=False):
        cdef int64_t number = receive_unwrap(&self.receive, sequence)
        receive_packet(&self.receive, number, timestamp, self.clock_rate, recovered, <nanos>(now * 1e9))
        return number

    def report(self, double now):
        cdef ReportBlock block
        memset(&block, 0, sizeof(block))
        receive_report(&self.receive, &block, self.clock_rate, <nanos>(now * 1e9))
        return {"fraction": block.fraction, "lost": block.lost, "highest": block.highest, "jitter": block.jitter}
