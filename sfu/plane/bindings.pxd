"""Which layer of which publication an SSRC of a peer is: known, or guessed from mid, rid and payload type."""

from libc.stdint cimport uint32_t

from sfu.plane.rtp cimport RtpPacket
from sfu.plane.tables cimport Binding, Layer, PayloadNumber, Publication, Transport

# The known binding, NULL = none. Valid until the next change.
cdef Binding *binding_find(Transport *transport, uint32_t ssrc) noexcept nogil
# Fills `guess` from the header of a packet with an unknown SSRC: 1 = found, 0 = nobody's.
cdef int binding_guess(Transport *transport, const RtpPacket *packet, Binding *guess) noexcept nogil
# Remembers a binding; the layer's former SSRC of that kind is forgotten. 0, or -1 = too many.
cdef int binding_add(Transport *transport, const Binding *binding) noexcept nogil
# An authentic packet came whose SSRC nobody claims after all: its stream does not stay in libsrtp.
cdef void binding_refuse(Transport *transport, uint32_t ssrc) noexcept nogil
# Authentic RTCP came from this SSRC. Of those without media only the last REPORTERS stay in libsrtp.
cdef void binding_report(Transport *transport, uint32_t ssrc) noexcept nogil
# Forgets all SSRCs of a layer.
cdef void binding_drop_layer(Transport *transport, Layer *layer) noexcept nogil
# The payload type of a publication by its number or by its RTX number, NULL = none.
cdef const PayloadNumber *payload_find(const Publication *publication, int number) noexcept nogil
