"""Parsers of the plane on many packets in a row, and the work that they are compared with. See `loops.pyi`."""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memset

from benchmarks.load.linux cimport CLOCK_THREAD_CPUTIME_ID, clock_ns
from sfu.plane.h264 cimport h264_parse
from sfu.plane.packet cimport MediaPacket
from sfu.plane.receive cimport ReportBlock
from sfu.plane.rtcp cimport RTCP_RR, RTCP_SR, RtcpPacket, SenderReport, rtcp_block, rtcp_next, rtcp_sender
from sfu.plane.rtp cimport RtpPacket, rtp_parse, rtp_trim
from sfu.plane.vp8 cimport vp8_parse
from sfu.plane.wire cimport Reader, take

cdef enum:
    KINDS = 256                 # header extension ids
    COPIED = 1024               # bytes that the reference work moves at a time

ctypedef int (*Parser)(uint8_t *data, int length) noexcept nogil

cdef uint8_t[KINDS] kinds


cdef int read_rtp(uint8_t *data, int length) noexcept nogil:
    cdef RtpPacket packet
    return rtp_parse(&packet, data, length, kinds) | rtp_trim(&packet, length)


cdef int read_rtcp(uint8_t *data, int length) noexcept nogil:
    """All of a compound packet, report blocks included."""
    cdef Reader compound = [data, length]
    cdef Reader blocks
    cdef RtcpPacket packet
    cdef SenderReport report
    cdef ReportBlock block
    cdef int status = rtcp_next(&compound, &packet)
    while status > 0:
        blocks.at, blocks.left = packet.body, packet.length
        if packet.type == RTCP_SR and rtcp_sender(&packet, &report, &blocks) < 0:
            return -1
        if packet.type == RTCP_RR and take(&blocks, 4) == NULL:
            return -1
        while (packet.type == RTCP_SR or packet.type == RTCP_RR) and rtcp_block(&blocks, &block):
            pass
        status = rtcp_next(&compound, &packet)
    return status


cdef int read_vp8(uint8_t *data, int length) noexcept nogil:
    cdef MediaPacket packet
    packet.payload, packet.length = data, length
    return vp8_parse(&packet)


cdef int read_h264(uint8_t *data, int length) noexcept nogil:
    cdef MediaPacket packet
    packet.payload, packet.length = data, length
    return h264_parse(&packet)


def parse_rtp(packets, int rounds, ids):
    memset(kinds, 0, KINDS)
    for number, kind in ids.items():
        kinds[number] = kind
    return timed(read_rtp, packets, rounds)


def parse_rtcp(packets, int rounds):
    return timed(read_rtcp, packets, rounds)


def parse_vp8(packets, int rounds):
    return timed(read_vp8, packets, rounds)


def parse_h264(packets, int rounds):
    return timed(read_h264, packets, rounds)


cdef object timed(Parser parse, packets, int rounds):
    """Nanoseconds of CPU; the packets lie behind one another in memory."""
    cdef bytes joined = b"".join(packets)
    cdef uint8_t *data = <uint8_t *>malloc(len(joined))
    cdef int count = len(packets)
    cdef int *lengths = <int *>calloc(count, sizeof(int))
    cdef int64_t spent = 0
    cdef int status = 0
    cdef int i
    try:
        if data == NULL or lengths == NULL:
            raise MemoryError
        memcpy(data, <const uint8_t *>joined, len(joined))
        for i, packet in enumerate(packets):
            lengths[i] = len(packet)
        with nogil:
            spent = clock_ns(CLOCK_THREAD_CPUTIME_ID)
            status = run(parse, data, lengths, count, rounds)
            spent = clock_ns(CLOCK_THREAD_CPUTIME_ID) - spent
    finally:
        free(data)
        free(lengths)
    if status < 0:
        raise ValueError("a packet of the benchmark is malformed")
    return spent


cdef int run(Parser parse, uint8_t *data, const int *lengths, int count, int rounds) noexcept nogil:
    cdef int status = 0
    cdef int _, i
    cdef uint8_t *at
    for _ in range(rounds):
        at = data
        for i in range(count):
            status |= parse(at, lengths[i])
            at += lengths[i]
    return status


def work_on_bytes(bytes mixed, int rounds):
    cdef uint8_t moved[COPIED]
    cdef const uint8_t *data = mixed
    cdef int size = len(mixed)
    cdef int64_t spent
    cdef uint32_t total = 0
    if size < COPIED:
        raise ValueError(f"fewer than {COPIED} bytes")
    with nogil:
        spent = clock_ns(CLOCK_THREAD_CPUTIME_ID)
        total = branch_and_copy(data, size, moved, rounds)
        spent = clock_ns(CLOCK_THREAD_CPUTIME_ID) - spent
    return spent, total


cdef uint32_t branch_and_copy(const uint8_t *data, int size, uint8_t *moved, int rounds) noexcept nogil:
    """Like a parser: every byte decides what is done with the next ones."""
    cdef uint32_t total = 0
    cdef int at, step, _
    for _ in range(rounds):
        at = 0
        while at < size - COPIED:
            step = data[at]
            if step & 0x80:
                total += <uint32_t>step << (data[at + 1] & 7)
                at += 2
            elif step & 0x40:
                total ^= (data[at + 1] << 8) | data[at + 2]
                at += 3 + (step & 3)
            elif step & 0x20:
                total = total * 31 + data[at + (step & 15)]
                at += 4
            else:
                memcpy(moved, data + at, COPIED if step & 0x10 else 64)
                total += moved[step & 63]
                at += 16
    return total
