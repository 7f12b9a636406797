"""RTCP (RFC 3550 section 6, RFC 4585, RFC 5104): reading compound packets, writing the ones that we send."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t

from sfu.plane.receive cimport ReportBlock
from sfu.plane.wire cimport Reader

cdef enum:
    # Packet types and, for feedback, formats.
    RTCP_SR = 200
    RTCP_RR = 201
    RTCP_SDES = 202
    RTCP_RTPFB = 205
    RTCP_PSFB = 206
    FMT_NACK = 1
    FMT_TWCC = 15
    FMT_PLI = 1
    FMT_FIR = 4
    FMT_AFB = 15            # REMB is application layer feedback
    SR_BYTES = 28
    BLOCK_BYTES = 24
    MAX_BLOCKS = 31

cdef struct RtcpPacket:
    uint8_t type
    uint8_t count           # reports, or the format of feedback
    const uint8_t *body     # behind the four bytes of the header
    int length              # of the body without padding

cdef struct SenderReport:
    uint32_t ssrc
    uint64_t ntp
    uint32_t rtp

# The next packet of a compound: 1 = `packet` is filled, 0 = end, -1 = malformed (stop).
cdef int rtcp_next(Reader *compound, RtcpPacket *packet) noexcept nogil
# Reads the sender info and leaves `blocks` at the report blocks. 0, or -1 = malformed.
cdef int rtcp_sender(const RtcpPacket *packet, SenderReport *report, Reader *blocks) noexcept nogil
# The next report block: 1, or 0 = end.
cdef int rtcp_block(Reader *blocks, ReportBlock *block) noexcept nogil
# The bit/s of a REMB, -1 = another message or malformed.
cdef long long rtcp_remb(const RtcpPacket *packet) noexcept nogil

# Writers; each returns the bytes written, a multiple of four. The caller has the room.
cdef int rtcp_put_receiver(uint8_t *out, uint32_t sender, const ReportBlock *blocks, int count) noexcept nogil
cdef int rtcp_put_sender(
    uint8_t *out, const SenderReport *report, uint32_t packets, uint32_t octets
) noexcept nogil
cdef int rtcp_put_cname(uint8_t *out, uint32_t ssrc, uint64_t name) noexcept nogil
cdef int rtcp_put_pli(uint8_t *out, uint32_t sender, uint32_t media) noexcept nogil
cdef int rtcp_put_nack(
    uint8_t *out, uint32_t sender, uint32_t media, const uint16_t *numbers, int count
) noexcept nogil
cdef int rtcp_put_remb(
    uint8_t *out, uint32_t sender, uint64_t bitrate, const uint32_t *ssrcs, int count
) noexcept nogil
