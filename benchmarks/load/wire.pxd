"""What load clients write and read: synthetic RTP with a stamp in its payload, and the RTCP of a plain receiver.

Writers need a buffer of at least MAX_PACKET bytes; readers never look beyond the length they are given.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t


cdef enum:
    MAX_PACKET = 2048           # bytes of a packet buffer, SRTP trailer included
    RTP_HEADER = 12             # bytes, RFC 3550 section 5.1
    STAMP_AT = 16               # bytes into the payload: behind a VP8 descriptor (6) and key frame header (10)
    STAMP_SIZE = 20             # magic 4, CLOCK_MONOTONIC ns 8, source 4, number 4
    STAMP_MAGIC = 0x5A764274
    MAX_BLOCKS = 31             # report blocks of one RR, RFC 3550 section 6.4.2
    RTCP_SR = 200
    RTCP_RR = 201
    RTCP_RTPFB = 205
    RTCP_PSFB = 206

cdef struct RtpView:
    uint8_t payload_type
    bint marker
    uint16_t sequence
    uint32_t timestamp
    uint32_t ssrc
    int header              # bytes in front of the payload: fixed part, CSRCs, extension

cdef struct Stamp:
    int64_t sent            # ns, CLOCK_MONOTONIC
    uint32_t source         # index of the source that sent it
    uint32_t number         # counts up by one per packet of the source

cdef struct RtpHead:
    uint8_t payload_type
    bint marker
    uint16_t sequence
    uint32_t timestamp
    uint32_t ssrc
    uint8_t mid_id          # header extension ids of RFC 8285's one-byte form; 0 = left out
    uint8_t mid_length
    char mid[16]
    uint8_t level_id
    uint8_t level           # -dBov, RFC 6464

cdef struct ReportBlock:
    uint32_t ssrc
    uint8_t fraction        # lost since the last report, in 1/256
    int32_t lost
    uint32_t highest        # extended sequence
    uint32_t jitter
    uint32_t last_report    # middle 32 bits of the sender report's NTP time
    uint32_t delay          # since then, in 1/65536 s


cdef inline void put16(uint8_t *out, uint32_t value) noexcept nogil:
    out[0] = <uint8_t>(value >> 8)
    out[1] = <uint8_t>value


cdef inline void put32(uint8_t *out, uint32_t value) noexcept nogil:
    put16(out, value >> 16)
    put16(out + 2, value & 0xFFFF)


cdef inline uint16_t get16(const uint8_t *data) noexcept nogil:
    return <uint16_t>((data[0] << 8) | data[1])


cdef inline uint32_t get32(const uint8_t *data) noexcept nogil:
    return (<uint32_t>get16(data) << 16) | get16(data + 2)

# Writes head and extensions; returns the bytes in front of the payload.
cdef int write_head(uint8_t *out, const RtpHead *head) noexcept nogil
# Writes a VP8 descriptor (RFC 7741 section 4.2, 15-bit picture id) and the start of a frame (RFC 6386 section 9.1).
cdef void write_vp8(uint8_t *out, bint start, bint key, uint16_t picture, uint8_t tl0) noexcept nogil
cdef void write_stamp(uint8_t *payload, const Stamp *stamp) noexcept nogil
# 0, or -1 when the payload is too short or holds no stamp.
cdef int read_stamp(const uint8_t *payload, int length, Stamp *stamp) noexcept nogil
# 0, or -1 when it is not RTP.
cdef int read_rtp(const uint8_t *data, int length, RtpView *view) noexcept nogil

# Each returns the bytes written.
cdef int write_receiver_report(uint8_t *out, uint32_t ssrc, const ReportBlock *blocks, int count) noexcept nogil
cdef int write_sender_report(
    uint8_t *out, uint32_t ssrc, uint64_t ntp, uint32_t timestamp, uint32_t packets, uint32_t octets
) noexcept nogil
cdef int write_remb(uint8_t *out, uint32_t ssrc, uint32_t media, uint64_t bitrate) noexcept nogil
cdef int write_nack(uint8_t *out, uint32_t ssrc, uint32_t media, const uint16_t *lost, int count) noexcept nogil
