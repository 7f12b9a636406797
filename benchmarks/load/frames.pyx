"""Where key frames begin in VP8 and H.264 payloads; other codecs are not looked into."""

from libc.stdint cimport uint8_t

from benchmarks.load.wire cimport get16

cdef enum:
    # NAL unit types: ITU-T H.264 table 7-1, and RFC 6184 section 5.2 for the aggregated and the split one.
    NAL_IDR = 5
    NAL_SPS = 7
    NAL_STAP_A = 24
    NAL_FU_A = 28


cdef bint starts_key_frame(Codec codec, const uint8_t *payload, int length) noexcept nogil:
    if codec == CODEC_VP8:
        return starts_vp8(payload, length)
    if codec == CODEC_H264:
        return starts_h264(payload, length)
    return False


cdef bint starts_vp8(const uint8_t *payload, int length) noexcept nogil:
    # Descriptor: RFC 7741 section 4.2; S = 1 and PID = 0 begin a frame. Header: section 4.3, P = 0 in a key frame.
    cdef int at = 1
    if length < 2 or payload[0] & 0x17 != 0x10:
        return False
    if payload[0] & 0x80:  # X
        at = 2
        if payload[1] & 0x80:  # I: a picture id of one byte, or two where M is set
            if length < 3:
                return False
            at += 2 if payload[2] & 0x80 else 1
        if payload[1] & 0x40:  # L
            at += 1
        if payload[1] & 0x30:  # T or K share a byte
            at += 1
    return at < length and payload[at] & 1 == 0


cdef bint starts_h264(const uint8_t *payload, int length) noexcept nogil:
    cdef int at = 1
    cdef int form
    if length < 1:
        return False
    form = payload[0] & 31
    if form == NAL_FU_A:  # RFC 6184 section 5.8: S marks the first fragment
        return length > 1 and payload[1] & 0x80 != 0 and begins_decoding(payload[1] & 31)
    if form != NAL_STAP_A:
        return begins_decoding(form)
    while at + 2 < length:  # RFC 6184 section 5.7.1: a size in front of each unit
        if begins_decoding(payload[at + 2] & 31):
            return True
        at += 2 + get16(payload + at)
    return False


cdef bint begins_decoding(int form) noexcept nogil:
    return form == NAL_IDR or form == NAL_SPS


def is_key_frame(int codec, bytes payload):
    return starts_key_frame(<Codec>codec, payload, <int>len(payload))
