"""Compound RTCP packets in, their parts out; and reports and feedback written. Pure: see the `.pxd`."""

from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset

from sfu.plane.receive cimport ReportBlock
from sfu.plane.wire cimport Reader, get16, get24, get32, put16, put24, put32, take

cdef enum:
    REMB_NAME = 0x52454D42      # "REMB"
    CNAME = 1                   # RFC 3550 section 6.5.1
    CNAME_LENGTH = 16           # hexadecimal digits


cdef int rtcp_next(Reader *compound, RtcpPacket *packet) noexcept nogil:
    cdef const uint8_t *head
    cdef int padding
    if compound.left == 0:
        return 0
    head = take(compound, 4)
    if head == NULL or head[0] >> 6 != 2:
        return -1
    packet.type = head[1]
    packet.count = head[0] & 0x1F
    packet.length = 4 * get16(head + 2)
    packet.body = take(compound, packet.length)
    if packet.body == NULL:
        return -1
    if head[0] & 0x20:
        if packet.length == 0:
            return -1
        padding = packet.body[packet.length - 1]
        if padding == 0 or padding > packet.length:
            return -1
        packet.length -= padding
    return 1


cdef int rtcp_sender(const RtcpPacket *packet, SenderReport *report, Reader *blocks) noexcept nogil:
    cdef const uint8_t *at
    blocks.at = packet.body
    blocks.left = packet.length
    at = take(blocks, 24)
    if at == NULL:
        return -1
    report.ssrc = get32(at)
    report.ntp = (<uint64_t>get32(at + 4) << 32) | get32(at + 8)
    report.rtp = get32(at + 12)
    return 0


cdef int rtcp_block(Reader *blocks, ReportBlock *block) noexcept nogil:
    cdef const uint8_t *at = take(blocks, BLOCK_BYTES)
    if at == NULL:
        return 0
    block.ssrc = get32(at)
    block.fraction = at[4]
    block.lost = <int32_t>(get24(at + 5) << 8) >> 8
    block.highest = get32(at + 8)
    block.jitter = get32(at + 12)
    block.last_report = get32(at + 16)
    block.delay = get32(at + 20)
    return 1


cdef long long rtcp_remb(const RtcpPacket *packet) noexcept nogil:
    """draft-alvestrand-rmcat-remb-03 section 2.2: six bits of exponent, eighteen of mantissa."""
    cdef Reader reader = [packet.body, packet.length]
    cdef const uint8_t *at = take(&reader, 16)
    cdef int exponent
    cdef long long mantissa
    if at == NULL or get32(at + 8) != REMB_NAME:
        return -1
    exponent = at[13] >> 2
    mantissa = (<long long>(at[13] & 3) << 16) | get16(at + 14)
    if exponent > 44:
        return -1
    return mantissa << exponent


cdef int put_header(uint8_t *out, int count, int type, int length) noexcept nogil:
    out[0] = <uint8_t>(0x80 | count)
    out[1] = <uint8_t>type
    put16(out + 2, length // 4 - 1)
    return length


cdef int rtcp_put_receiver(uint8_t *out, uint32_t sender, const ReportBlock *blocks, int count) noexcept nogil:
    cdef uint8_t *at = out + 8
    cdef int i
    for i in range(count):
        put32(at, blocks[i].ssrc)
        at[4] = blocks[i].fraction
        put24(at + 5, <uint32_t>min(blocks[i].lost, 0x7FFFFF))
        put32(at + 8, blocks[i].highest)
        put32(at + 12, blocks[i].jitter)
        put32(at + 16, blocks[i].last_report)
        put32(at + 20, blocks[i].delay)
        at += BLOCK_BYTES
    put32(out + 4, sender)
    return put_header(out, count, RTCP_RR, 8 + BLOCK_BYTES * count)


cdef int rtcp_put_sender(
    uint8_t *out, const SenderReport *report, uint32_t packets, uint32_t octets
) noexcept nogil:
    put32(out + 4, report.ssrc)
    put32(out + 8, <uint32_t>(report.ntp >> 32))
    put32(out + 12, <uint32_t>report.ntp)
    put32(out + 16, report.rtp)
    put32(out + 20, packets)
    put32(out + 24, octets)
    return put_header(out, 0, RTCP_SR, SR_BYTES)


cdef int rtcp_put_cname(uint8_t *out, uint32_t ssrc, uint64_t name) noexcept nogil:
    """One SDES chunk (RFC 3550 section 6.5) whose canonical name is `name` in hexadecimal."""
    cdef int i
    cdef int digit
    put32(out + 4, ssrc)
    out[8] = CNAME
    out[9] = CNAME_LENGTH
    for i in range(CNAME_LENGTH):
        digit = <int>(name >> (60 - 4 * i)) & 15
        out[10 + i] = <uint8_t>(digit + 48 if digit < 10 else digit + 87)
    put16(out + 26, 0)          # end of the items, filled to a word
    return put_header(out, 1, RTCP_SDES, 28)


cdef int rtcp_put_pli(uint8_t *out, uint32_t sender, uint32_t media) noexcept nogil:
    put32(out + 4, sender)
    put32(out + 8, media)
    return put_header(out, FMT_PLI, RTCP_PSFB, 12)


cdef int rtcp_put_nack(
    uint8_t *out, uint32_t sender, uint32_t media, const uint16_t *numbers, int count
) noexcept nogil:
    """RFC 4585 section 6.2.1; `numbers` ascend."""
    cdef uint8_t *at = out + 12
    cdef int i = 0
    cdef uint16_t first, mask
    put32(out + 4, sender)
    put32(out + 8, media)
    while i < count:
        first = numbers[i]
        mask = 0
        i += 1
        while i < count and 1 <= <uint16_t>(numbers[i] - first) <= 16:
            mask |= <uint16_t>(1 << (<uint16_t>(numbers[i] - first) - 1))
            i += 1
        put16(at, first)
        put16(at + 2, mask)
        at += 4
    return put_header(out, FMT_NACK, RTCP_RTPFB, <int>(at - out))


cdef int rtcp_put_remb(
    uint8_t *out, uint32_t sender, uint64_t bitrate, const uint32_t *ssrcs, int count
) noexcept nogil:
    cdef int exponent = 0, i
    while bitrate >> exponent > 0x3FFFF:
        exponent += 1
    put32(out + 4, sender)
    put32(out + 8, 0)           # the draft: media source is always zero
    put32(out + 12, REMB_NAME)
    put32(out + 16, (<uint32_t>count << 24) | (<uint32_t>exponent << 18) | <uint32_t>(bitrate >> exponent))
    for i in range(count):
        put32(out + 20 + 4 * i, ssrcs[i])
    return put_header(out, FMT_AFB, RTCP_PSFB, 20 + 4 * count)


def parse(bytes compound):
    """Parts as dicts; None at the end = the rest is malformed."""
    cdef Reader reader = [compound, <int>len(compound)]
    cdef Reader blocks
    cdef RtcpPacket packet
    cdef SenderReport report
    cdef ReportBlock block
    cdef int status = rtcp_next(&reader, &packet)
    parts = []
    while status > 0:
        part = {"type": packet.type, "count": packet.count, "body": packet.body[:packet.length]}
        if packet.type == RTCP_SR and rtcp_sender(&packet, &report, &blocks) == 0:
            part |= {"ssrc": report.ssrc, "ntp": report.ntp, "rtp": report.rtp}
            while rtcp_block(&blocks, &block):
                part.setdefault("blocks", []).append(block)
        elif packet.type == RTCP_PSFB and packet.count == FMT_AFB:
            part["remb"] = rtcp_remb(&packet)
        parts.append(part)
        status = rtcp_next(&reader, &packet)
    return parts if status == 0 else [*parts, None]


def nack(uint32_t sender, uint32_t media, list numbers):
    """A generic NACK."""
    cdef uint16_t *wanted = <uint16_t *>malloc(2 * max(1, len(numbers)))
    cdef uint8_t *out = <uint8_t *>malloc(12 + 4 * len(numbers))
    try:
        if wanted == NULL or out == NULL:
            raise MemoryError
        for i, number in enumerate(numbers):
            wanted[i] = number
        return out[:rtcp_put_nack(out, sender, media, wanted, <int>len(numbers))]
    finally:
        free(wanted)
        free(out)


def remb(uint32_t sender, uint64_t bitrate, list ssrcs):
    """A REMB for at most 16 SSRCs."""
    cdef uint8_t out[84]
    cdef uint32_t numbers[16]
    memset(numbers, 0, sizeof(numbers))
    for i, ssrc in enumerate(ssrcs[:16]):
        numbers[i] = ssrc
    return out[:rtcp_put_remb(out, sender, bitrate, numbers, <int>len(ssrcs[:16]))]
