"""Headers in, layers out (RFC 8843 section 9.2, RFC 8852, RFC 8853). Pure: see the `.pxd`."""

from libc.stdint cimport uint8_t, uint32_t
from libc.string cimport memcmp, strlen

from sfu.plane.rtp cimport EXT_MID, EXT_REPAIRED_RID, EXT_RID, RtpPacket
from sfu.plane.srtp cimport srtp_remove_stream
from sfu.plane.tables cimport (
    MAX_BINDINGS,
    REPORTERS,
    RETIRED,
    Binding,
    Layer,
    PayloadNumber,
    Publication,
    Transport,
)


cdef Binding *binding_find(Transport *transport, uint32_t ssrc) noexcept nogil:
    cdef int i
    for i in range(transport.binding_count):
        if transport.bindings[i].ssrc == ssrc:
            return &transport.bindings[i]
    return NULL


cdef bint extension_is(const RtpPacket *packet, int kind, const char *text) noexcept nogil:
    cdef size_t length = strlen(text)
    return packet.size[kind] == length and memcmp(packet.data + packet.offset[kind], text, length) == 0


cdef const PayloadNumber *payload_find(const Publication *publication, int number) noexcept nogil:
    cdef const PayloadNumber *payload
    cdef int i
    for i in range(publication.setup.payload_count):
        payload = &publication.setup.payloads[i]
        if payload.number == number or (payload.rtx and payload.rtx == number):
            return payload
    return NULL


cdef int guess_layer(Publication *publication, const RtpPacket *packet, Binding *guess) noexcept nogil:
    """The layer inside the publication that `mid` or the payload type gave: 1 = found, 0 = not."""
    cdef const PayloadNumber *payload = payload_find(publication, packet.payload_type)
    cdef int i, kind = 0
    if payload == NULL:
        return 0
    guess.ssrc = packet.ssrc
    guess.publication = publication
    guess.rtx = payload.rtx != 0 and payload.rtx == packet.payload_type
    if packet.size[EXT_REPAIRED_RID]:
        kind = EXT_REPAIRED_RID
    elif packet.size[EXT_RID]:
        kind = EXT_RID
    for i in range(publication.layer_count):
        guess.layer = publication.layers[i]
        if publication.layer_count == 1 and (kind == 0 or guess.layer.rid[0] == 0):
            return 1
        if kind and extension_is(packet, kind, guess.layer.rid):
            return 1
    return 0


cdef int binding_guess(Transport *transport, const RtpPacket *packet, Binding *guess) noexcept nogil:
    cdef Publication *publication = transport.publications
    cdef Publication *only = NULL
    cdef int candidates = 0
    while publication != NULL:
        if packet.size[EXT_MID]:
            if extension_is(packet, EXT_MID, publication.setup.mid):
                return guess_layer(publication, packet, guess)
        elif unclaimed(publication, packet):
            candidates += 1
            only = publication
        publication = publication.next
    if candidates == 1:
        return guess_layer(only, packet, guess)
    return 0


cdef bint unclaimed(const Publication *publication, const RtpPacket *packet) noexcept nogil:
    """Whether a packet without mid may be this publication's: its payload type fits and an SSRC is still wanted."""
    cdef const PayloadNumber *payload = payload_find(publication, packet.payload_type)
    cdef int i
    if payload == NULL:
        return False
    for i in range(publication.layer_count):
        if payload.number == packet.payload_type and publication.layers[i].ssrc == 0:
            return True
        if payload.number != packet.payload_type and publication.layers[i].rtx_ssrc == 0:
            return True
    return False


cdef int binding_add(Transport *transport, const Binding *binding) noexcept nogil:
    cdef uint32_t former = binding.layer.rtx_ssrc if binding.rtx else binding.layer.ssrc
    if former and former != binding.ssrc:
        drop_ssrc(transport, former)
    drop_ssrc(transport, binding.ssrc)
    recall(transport, binding.ssrc)
    if transport.binding_count == MAX_BINDINGS:
        return -1
    transport.bindings[transport.binding_count] = binding[0]
    transport.binding_count += 1
    if binding.rtx:
        binding.layer.rtx_ssrc = binding.ssrc
    else:
        binding.layer.ssrc = binding.ssrc
    return 0


cdef void drop_ssrc(Transport *transport, uint32_t ssrc) noexcept nogil:
    """The layer that had the SSRC has none then: when it goes, it must not take the SSRC from its next owner."""
    cdef Binding *binding = binding_find(transport, ssrc)
    if binding != NULL:
        if binding.rtx:
            binding.layer.rtx_ssrc = 0
        else:
            binding.layer.ssrc = 0
        transport.binding_count -= 1
        binding[0] = transport.bindings[transport.binding_count]
        retire(transport, ssrc)


cdef void retire(Transport *transport, uint32_t ssrc) noexcept nogil:
    """Keeps the stream for a while: a track that is published again may go on with its SSRC and its roll-over
    counter, which only the old stream knows (RFC 3711 section 3.3.1). The oldest retired one is forgotten."""
    cdef uint32_t oldest = transport.retired[transport.retired_at]
    if oldest:
        srtp_remove_stream(&transport.inbound, oldest)
    recall(transport, ssrc)
    transport.retired[transport.retired_at] = ssrc
    transport.retired_at = (transport.retired_at + 1) % RETIRED


cdef void recall(Transport *transport, uint32_t ssrc) noexcept nogil:
    """The SSRC is in use again, or will be entered anew."""
    cdef int i
    for i in range(RETIRED):
        if transport.retired[i] == ssrc:
            transport.retired[i] = 0


cdef bint has_media(Transport *transport, uint32_t ssrc) noexcept nogil:
    """Whether the stream in libsrtp is that of a layer, now or lately."""
    cdef int i
    if binding_find(transport, ssrc) != NULL:
        return True
    for i in range(RETIRED):
        if transport.retired[i] == ssrc:
            return True
    return False


cdef void binding_refuse(Transport *transport, uint32_t ssrc) noexcept nogil:
    if not has_media(transport, ssrc):
        srtp_remove_stream(&transport.inbound, ssrc)


cdef void binding_report(Transport *transport, uint32_t ssrc) noexcept nogil:
    cdef uint32_t oldest
    cdef int i
    if has_media(transport, ssrc):
        return
    for i in range(REPORTERS):
        if transport.reporters[i] == ssrc:
            return
    oldest = transport.reporters[transport.reporter_at]
    if oldest:
        binding_refuse(transport, oldest)
    transport.reporters[transport.reporter_at] = ssrc
    transport.reporter_at = (transport.reporter_at + 1) % REPORTERS


cdef void binding_drop_layer(Transport *transport, Layer *layer) noexcept nogil:
    cdef uint8_t rtx
    cdef uint32_t ssrc
    for rtx in range(2):
        ssrc = layer.rtx_ssrc if rtx else layer.ssrc
        if ssrc:
            drop_ssrc(transport, ssrc)
    layer.ssrc = 0
    layer.rtx_ssrc = 0
