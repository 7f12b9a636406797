"""RTP packets (RFC 3550) and their header extensions (RFC 8285)."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t

cdef enum:
    RTP_HEADER = 12

# What an extension id means on a transport.
cdef enum:
    EXT_NONE = 0
    EXT_MID
    EXT_RID
    EXT_REPAIRED_RID
    EXT_AUDIO_LEVEL
    EXT_TRANSPORT_CC
    EXT_ABS_SEND_TIME
    EXT_VIDEO_ORIENTATION
    EXT_KINDS

cdef struct RtpPacket:
    uint8_t *data                       # the whole packet, owned by the caller
    int length                          # bytes without RTP padding
    int header                          # bytes before the payload: fixed header, CSRCs, extension
    uint16_t sequence
    uint32_t timestamp
    uint32_t ssrc
    uint8_t payload_type
    bint marker
    bint padded
    uint16_t offset[EXT_KINDS]          # by Extension: where its data begins in `data`
    uint8_t size[EXT_KINDS]             # by Extension: its bytes, 0 = absent

# Reads header and extensions; `kinds` gives the Extension for each of the 256 ids. 0, or -1 = malformed.
cdef int rtp_parse(RtpPacket *packet, uint8_t *data, int length, const uint8_t *kinds) noexcept nogil
# Takes the padding off once the packet is decrypted to `length` bytes. 0, or -1 = malformed.
cdef int rtp_trim(RtpPacket *packet, int length) noexcept nogil
