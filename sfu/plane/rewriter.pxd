"""One subscription's choice of layer, and the continuous stream that it makes of the layers it gets."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from sfu.plane.packet cimport MediaPacket
from sfu.plane.seqmap cimport SeqMap
from sfu.plane.wire cimport nanos

# What to do with a packet.
cdef enum:
    REWRITE_IGNORE = 0      # not of the forwarded layer, or left out
    REWRITE_FORWARD = 1
    REWRITE_BEGUN = 2       # forward; with it `layer` changed or began anew
    REWRITE_PADDING = 3     # its number is already promised to the receiver, its content is not wanted

cdef struct LayerClock:
    int64_t ntp             # publisher's wall clock at `rtp`, ns; 0 = no sender report yet
    uint32_t rtp

cdef struct Rewritten:
    int64_t sequence        # unwrapped
    uint32_t timestamp
    uint16_t picture
    uint8_t tl0

cdef struct Rewriter:
    bint audio
    bint resync             # `layer` is kept, but must begin anew (after a pause)
    int layer               # forwarded now, -1 = none
    int target              # wanted, -1 = none
    int temporal            # highest temporal layer forwarded
    int temporal_target
    int clock_rate          # Hz, of timestamps
    int clock_layer         # that `timestamp_delta` belongs to, also while paused; -1 = none
    SeqMap sequences
    SeqMap pictures
    int64_t last_picture    # newest picture of the source
    uint32_t timestamp_delta    # out - in
    uint32_t last_timestamp     # newest one sent
    nanos last_arrival          # of the packet with it
    bint sent               # anything yet
    uint8_t tl0_delta       # out - in
    uint8_t last_tl0        # newest one sent

cdef void rewriter_init(Rewriter *rewriter, bint audio, int clock_rate, int64_t first_sequence) noexcept nogil
# The wanted layer, -1 = pause at once. 1 = `layer` changed by that.
cdef int rewriter_select(Rewriter *rewriter, int layer, int temporal) noexcept nogil
# Begin anew at the next packet (audio) or key frame (video).
cdef void rewriter_resync(Rewriter *rewriter) noexcept nogil
# The numbers and times of `layer` began anew at the publisher.
cdef void rewriter_forget(Rewriter *rewriter, int layer) noexcept nogil
# Whether a key frame of `target` is needed to go on.
cdef bint rewriter_waits(const Rewriter *rewriter) noexcept nogil
# The verdict on a packet of `layer`; `clocks` by layer.
cdef int rewriter_accept(
    Rewriter *rewriter, int layer, const MediaPacket *packet, const LayerClock *clocks, Rewritten *out
) noexcept nogil
