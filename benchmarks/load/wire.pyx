"""Synthetic RTP and minimal RTCP, written and read without the GIL; the functions at the end let tests look at both."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset


cdef int write_head(uint8_t *out, const RtpHead *head) noexcept nogil:
    cdef int at = RTP_HEADER
    out[0] = 0x80
    out[1] = head.payload_type | (0x80 if head.marker else 0)
    put16(out + 2, head.sequence)
    put32(out + 4, head.timestamp)
    put32(out + 8, head.ssrc)
    if head.mid_id == 0 and head.level_id == 0:
        return at
    out[0] |= 0x10
    put16(out + at, 0xBEDE)  # RFC 8285 section 4.2
    at += 4
    if head.mid_id:
        out[at] = <uint8_t>((head.mid_id << 4) | (head.mid_length - 1))
        memcpy(out + at + 1, head.mid, head.mid_length)
        at += 1 + head.mid_length
    if head.level_id:
        out[at] = <uint8_t>(head.level_id << 4)
        out[at + 1] = 0x80 | head.level  # V bit: voice
        at += 2
    while at & 3:
        out[at] = 0
        at += 1
    put16(out + RTP_HEADER + 2, (at - RTP_HEADER - 4) >> 2)
    return at


cdef void write_vp8(uint8_t *out, bint start, bint key, uint16_t picture, uint8_t tl0) noexcept nogil:
    memset(out, 0, STAMP_AT)
    out[0] = 0x80 | (0x10 if start else 0)  # X, S
    out[1] = 0xE0  # I, L, T
    put16(out + 2, 0x8000 | (picture & 0x7FFF))
    out[4] = tl0
    if not start:
        return
    out[6] = 0x10 if key else 0x11  # show_frame; the lowest bit says "not a key frame"
    if key:
        out[9], out[10], out[11] = 0x9D, 0x01, 0x2A
        out[12], out[13] = 0x00, 0x05  # 1280, little endian
        out[14], out[15] = 0xD0, 0x02  # 720


cdef void write_stamp(uint8_t *payload, const Stamp *stamp) noexcept nogil:
    put32(payload + STAMP_AT, STAMP_MAGIC)
    memcpy(payload + STAMP_AT + 4, &stamp.sent, 8)
    put32(payload + STAMP_AT + 12, stamp.source)
    put32(payload + STAMP_AT + 16, stamp.number)


cdef int read_stamp(const uint8_t *payload, int length, Stamp *stamp) noexcept nogil:
    if length < STAMP_AT + STAMP_SIZE or get32(payload + STAMP_AT) != STAMP_MAGIC:
        return -1
    memcpy(&stamp.sent, payload + STAMP_AT + 4, 8)
    stamp.source = get32(payload + STAMP_AT + 12)
    stamp.number = get32(payload + STAMP_AT + 16)
    return 0


cdef int read_rtp(const uint8_t *data, int length, RtpView *view) noexcept nogil:
    cdef int header
    if length < RTP_HEADER or (data[0] >> 6) != 2:
        return -1
    header = RTP_HEADER + 4 * (data[0] & 0x0F)
    if data[0] & 0x10:
        if length < header + 4:
            return -1
        header += 4 + 4 * get16(data + header + 2)
    if length < header:
        return -1
    view.payload_type = data[1] & 0x7F
    view.marker = (data[1] & 0x80) != 0
    view.sequence = get16(data + 2)
    view.timestamp = get32(data + 4)
    view.ssrc = get32(data + 8)
    view.header = header
    return 0


cdef void write_rtcp_head(uint8_t *out, int count, int kind, int size, uint32_t ssrc) noexcept nogil:
    out[0] = <uint8_t>(0x80 | count)
    out[1] = <uint8_t>kind
    put16(out + 2, (size >> 2) - 1)
    put32(out + 4, ssrc)


cdef int write_receiver_report(uint8_t *out, uint32_t ssrc, const ReportBlock *blocks, int count) noexcept nogil:
    cdef int i
    cdef uint8_t *block
    write_rtcp_head(out, count, RTCP_RR, 8 + 24 * count, ssrc)
    for i in range(count):
        block = out + 8 + 24 * i
        put32(block, blocks[i].ssrc)
        put32(block + 4, (<uint32_t>blocks[i].fraction << 24) | (<uint32_t>blocks[i].lost & 0xFFFFFF))
        put32(block + 8, blocks[i].highest)
        put32(block + 12, blocks[i].jitter)
        put32(block + 16, blocks[i].last_report)
        put32(block + 20, blocks[i].delay)
    return 8 + 24 * count


cdef int write_sender_report(
    uint8_t *out, uint32_t ssrc, uint64_t ntp, uint32_t timestamp, uint32_t packets, uint32_t octets
) noexcept nogil:
    write_rtcp_head(out, 0, RTCP_SR, 28, ssrc)
    put32(out + 8, <uint32_t>(ntp >> 32))
    put32(out + 12, <uint32_t>ntp)
    put32(out + 16, timestamp)
    put32(out + 20, packets)
    put32(out + 24, octets)
    return 28


cdef int write_remb(uint8_t *out, uint32_t ssrc, uint32_t media, uint64_t bitrate) noexcept nogil:
    # draft-alvestrand-rmcat-remb-03 section 2.2: 18 bits of mantissa.
    cdef int exponent = 0
    while (bitrate >> exponent) > 0x3FFFF:
        exponent += 1
    write_rtcp_head(out, 15, RTCP_PSFB, 24, ssrc)
    put32(out + 8, 0)
    put32(out + 12, 0x52454D42)  # "REMB"
    put32(out + 16, (1 << 24) | (<uint32_t>exponent << 18) | <uint32_t>(bitrate >> exponent))
    put32(out + 20, media)
    return 24


cdef int write_nack(uint8_t *out, uint32_t ssrc, uint32_t media, const uint16_t *lost, int count) noexcept nogil:
    # RFC 4585 section 6.2.1; `lost` ascends, so one field takes all that lie within 16 of its first.
    cdef int i = 0
    cdef int at = 12
    cdef uint16_t first
    cdef uint32_t mask
    while i < count:
        first = lost[i]
        mask = 0
        i += 1
        while i < count and <uint16_t>(lost[i] - first - 1) < 16:
            mask |= 1u << <uint16_t>(lost[i] - first - 1)
            i += 1
        put16(out + at, first)
        put16(out + at + 2, mask)
        at += 4
    write_rtcp_head(out, 1, RTCP_RTPFB, at, ssrc)
    put32(out + 8, media)
    return at


def sample_packet(
    *, int payload_type, uint16_t sequence, uint32_t timestamp, uint32_t ssrc, str mid, bint marker, bint start,
    bint key, int64_t sent,
):
    cdef uint8_t out[MAX_PACKET]
    cdef RtpHead head
    cdef Stamp stamp
    cdef bytes name = mid.encode()
    cdef int header
    head.payload_type, head.marker, head.sequence = payload_type, marker, sequence
    head.timestamp, head.ssrc = timestamp, ssrc
    head.mid_id, head.mid_length = 3, <uint8_t>len(name)
    memcpy(head.mid, <const char *>name, len(name))
    head.level_id, head.level = 1, 30
    header = write_head(out, &head)
    write_vp8(out + header, start, key, sequence, 7)
    stamp.sent, stamp.source, stamp.number = sent, 5, sequence
    write_stamp(out + header, &stamp)
    return out[:header + STAMP_AT + STAMP_SIZE]


def parse_packet(bytes packet):
    cdef RtpView view
    cdef Stamp stamp
    cdef const uint8_t *data = packet
    cdef int length = <int>len(packet)
    if read_rtp(data, length, &view) < 0:
        raise ValueError("not RTP")
    if read_stamp(data + view.header, length - view.header, &stamp) < 0:
        raise ValueError("no stamp")
    return view.payload_type, view.sequence, view.ssrc, view.header, stamp.sent, stamp.source, stamp.number


def receiver_rtcp(*, uint32_t ssrc, uint32_t media, uint32_t highest, int lost, int bitrate, list missing):
    cdef uint8_t out[MAX_PACKET]
    cdef ReportBlock block
    cdef uint16_t sequences[64]
    cdef int at, i
    memset(&block, 0, sizeof(block))
    block.ssrc, block.highest, block.lost = media, highest, lost
    at = write_receiver_report(out, ssrc, &block, 1)
    at += write_remb(out + at, ssrc, media, bitrate)
    for i in range(min(len(missing), 64)):
        sequences[i] = missing[i]
    at += write_nack(out + at, ssrc, media, sequences, min(len(missing), 64))
    return out[:at]


def sender_rtcp(*, uint32_t ssrc, uint64_t ntp, uint32_t timestamp, int packets, int octets):
    cdef uint8_t out[MAX_PACKET]
    return out[:write_sender_report(out, ssrc, ntp, timestamp, packets, octets)]
