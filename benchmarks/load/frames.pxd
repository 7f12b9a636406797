"""Where key frames begin in video payloads."""

from libc.stdint cimport uint8_t

cdef enum Codec:
    # The values of `model.Codec`.
    CODEC_OTHER = 0
    CODEC_VP8 = 1
    CODEC_H264 = 2

# Whether this RTP payload holds the first bytes of a frame that decoding can start with.
cdef bint starts_key_frame(Codec codec, const uint8_t *payload, int length) noexcept nogil
