"""RTCP: what peers report, and what we report and ask for."""

from libc.stdint cimport uint8_t

from sfu.plane.tables cimport Forwarder, Transport

# Handles one SRTCP datagram in place. Whatever is wrong with it is counted.
cdef void reports_receive(Forwarder *forwarder, Transport *transport, uint8_t *data, int length) noexcept nogil
# Gathers everything that is due: reports, feedback, NACKs, key frame requests. For every transport.
cdef void reports_tick(Forwarder *forwarder) noexcept nogil
