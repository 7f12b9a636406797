"""A media packet inside the plane, in the clear: what layers receive, rings keep and subscriptions rewrite."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from sfu.plane.wire cimport nanos

cdef enum:
    ABSENT = 255                # of the one-byte header extensions below

# Values of sfu.plane.model.Codec.
cdef enum:
    OPUS = 1
    VP8 = 2
    H264 = 3

cdef struct MediaPacket:
    const uint8_t *payload
    int length                  # bytes of payload, 0 = padding only
    int64_t sequence            # unwrapped, of its layer
    int64_t picture             # unwrapped VP8 picture id of its layer, -1 = none
    uint32_t timestamp
    nanos arrival
    uint8_t codec
    uint8_t marker
    uint8_t start               # first packet of a frame (video; of H.264 only known for key frames)
    uint8_t key                 # belongs to the beginning of a key frame
    uint8_t temporal            # VP8 temporal layer, 0 = base or unknown
    uint8_t sync                # VP8 Y bit: depends on the base layer only
    uint8_t picture_bits        # 0, 7 or 15
    uint8_t picture_offset      # of the picture id in the payload
    uint8_t tl0                 # TL0PICIDX
    uint8_t tl0_offset          # of TL0PICIDX in the payload, 0 = none
    uint8_t audio_level         # extension byte of RFC 6464, ABSENT = none
    uint8_t orientation         # extension byte of 3GPP TS 26.114, ABSENT = none
    uint16_t width              # of a VP8 key frame, 0 = unknown
    uint16_t height
