"""Packets on their way out: gathered for each transport, sealed when they are sent."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t

from sfu.plane.packet cimport MediaPacket
from sfu.plane.rewriter cimport Rewritten
from sfu.plane.tables cimport ExtensionLayout, Forwarder, SentEntry, Subscription, Transport

# Writes the header extension that packets of one kind of media get. Ids above 14 are left out: they would need the
# two-byte form, and no client numbers that many.
cdef void layout_build(ExtensionLayout *layout, int copied, int abs_send_time, int transport_cc) noexcept nogil
# Gathers a packet to a receiver.
cdef void emit_media(
    Forwarder *forwarder, Subscription *subscription, const MediaPacket *packet, const Rewritten *rewritten, int layer
) noexcept nogil
# Gathers a packet of nothing but padding, for a number that the receiver waits for in vain.
cdef void emit_padding(
    Forwarder *forwarder, Subscription *subscription, const MediaPacket *packet, const Rewritten *rewritten
) noexcept nogil
# Gathers the RTX copy (RFC 4588) of a packet that went out before; its bytes.
cdef int emit_rtx(
    Forwarder *forwarder, Subscription *subscription, const MediaPacket *packet, const SentEntry *entry
) noexcept nogil
# Gathers a compound RTCP packet.
cdef void emit_rtcp(Forwarder *forwarder, Transport *transport, const uint8_t *data, int length) noexcept nogil
# Stamps, pads to equal sizes and encrypts what is gathered for a transport. Packets that fail have length 0 then.
cdef void seal(Forwarder *forwarder, Transport *transport) noexcept nogil
# Forgets everything that was gathered.
cdef void egress_reset(Forwarder *forwarder) noexcept nogil
