"""SRTP of a known peer: authenticated, put to its layer, forwarded to every subscription."""

from libc.stdint cimport uint8_t

from sfu.plane.tables cimport Forwarder, Layer, Publication, Transport

# Handles one datagram in place. Whatever is wrong with it is counted.
cdef void ingress_rtp(Forwarder *forwarder, Transport *transport, uint8_t *data, int length) noexcept nogil
# The layer's numbering ends here: statistics, ring and subscriptions begin anew with its next packet.
cdef void layer_restart(Publication *publication, Layer *layer) noexcept nogil
