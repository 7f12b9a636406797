"""RTCP of peers: what they report of our packets, ask for again, and say of their own clocks."""

from libc.stdint cimport uint8_t

from sfu.plane.tables cimport Forwarder, Transport

# Handles one SRTCP datagram in place. Whatever is wrong with it is counted.
cdef void feedback_receive(Forwarder *forwarder, Transport *transport, uint8_t *data, int length) noexcept nogil
