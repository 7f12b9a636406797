"""Packets of several layers in, one stream with continuous numbers and times out. Pure: see the `.pxd`."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memset

from sfu.plane.ntp cimport to_ticks
from sfu.plane.packet cimport VP8, MediaPacket
from sfu.plane.seqmap cimport SEQMAP_NONE, seqmap_drop, seqmap_init, seqmap_map, seqmap_restart

cdef enum:
    # Seconds: sender reports that put a switch further away than this from its arrival are not believed.
    BELIEVABLE = 2


cdef void rewriter_init(Rewriter *rewriter, bint audio, int clock_rate, int64_t first_sequence) noexcept nogil:
    memset(rewriter, 0, sizeof(rewriter[0]))
    rewriter.clock_rate = clock_rate
    rewriter.audio = audio
    rewriter.layer = -1
    rewriter.target = -1
    rewriter.clock_layer = -1
    rewriter.temporal_target = 7
    rewriter.last_picture = -1
    seqmap_init(&rewriter.sequences, first_sequence)
    seqmap_init(&rewriter.pictures, first_sequence & 0x3FFF)


cdef int rewriter_select(Rewriter *rewriter, int layer, int temporal) noexcept nogil:
    cdef int before = rewriter.layer
    rewriter.target = layer
    rewriter.temporal_target = temporal
    if layer < 0:
        rewriter.layer = -1
        rewriter.target = -1
    return rewriter.layer != before


cdef void rewriter_resync(Rewriter *rewriter) noexcept nogil:
    rewriter.resync = True


cdef void rewriter_forget(Rewriter *rewriter, int layer) noexcept nogil:
    if rewriter.clock_layer == layer:
        rewriter.clock_layer = -1
    if rewriter.layer == layer:
        rewriter.resync = True


cdef bint rewriter_waits(const Rewriter *rewriter) noexcept nogil:
    return rewriter.target >= 0 and not rewriter.audio and (rewriter.layer != rewriter.target or rewriter.resync)


cdef int rewriter_accept(
    Rewriter *rewriter, int layer, const MediaPacket *packet, const LayerClock *clocks, Rewritten *out
) noexcept nogil:
    cdef int verdict = REWRITE_FORWARD
    cdef int64_t place
    if layer != rewriter.layer or rewriter.resync:
        if layer == rewriter.target and (rewriter.audio or packet.key) and packet.length > 0:
            verdict = REWRITE_BEGUN
            begin(rewriter, layer, packet, clocks)
        elif layer != rewriter.layer or rewriter.resync:
            return REWRITE_IGNORE
    if packet.length == 0 or not wanted(rewriter, packet):
        place = seqmap_drop(&rewriter.sequences, packet.sequence)
        if packet.picture >= 0 and packet.length > 0:
            seqmap_drop(&rewriter.pictures, packet.picture)
            rewriter.last_picture = max(rewriter.last_picture, packet.picture)
        if place == SEQMAP_NONE:
            return REWRITE_IGNORE
        out.sequence = place
        out.timestamp = packet.timestamp + rewriter.timestamp_delta
        return REWRITE_PADDING
    out.sequence = seqmap_map(&rewriter.sequences, packet.sequence)
    if out.sequence == SEQMAP_NONE:
        return REWRITE_IGNORE
    number_picture(rewriter, packet, out)
    out.timestamp = packet.timestamp + rewriter.timestamp_delta
    if not rewriter.sent or <int32_t>(out.timestamp - rewriter.last_timestamp) > 0:
        rewriter.last_timestamp = out.timestamp
        rewriter.last_arrival = packet.arrival
    rewriter.sent = True
    return verdict


cdef void number_picture(Rewriter *rewriter, const MediaPacket *packet, Rewritten *out) noexcept nogil:
    """Picture id and TL0PICIDX in the numbering of the copy."""
    cdef int64_t picture
    out.tl0 = <uint8_t>(packet.tl0 + rewriter.tl0_delta)
    out.picture = 0
    if packet.tl0_offset and <signed char>(out.tl0 - rewriter.last_tl0) > 0:
        rewriter.last_tl0 = out.tl0
    if packet.picture >= 0:
        picture = seqmap_map(&rewriter.pictures, packet.picture)
        # A late packet of a frame from before the oldest run: any number will do, the receiver has moved on.
        out.picture = <uint16_t>(picture if picture != SEQMAP_NONE else packet.picture)
        rewriter.last_picture = max(rewriter.last_picture, packet.picture)


cdef bint wanted(Rewriter *rewriter, const MediaPacket *packet) noexcept nogil:
    """Whether the packet's temporal layer is forwarded; the limit moves between frames only."""
    if packet.codec != VP8:
        return True
    if packet.key:
        rewriter.temporal = rewriter.temporal_target
        return True
    if packet.picture < 0 or packet.picture > rewriter.last_picture:
        if rewriter.temporal_target < rewriter.temporal:
            rewriter.temporal = rewriter.temporal_target
        elif rewriter.temporal < packet.temporal <= rewriter.temporal_target and packet.sync:
            # RFC 7741 section 4.2, Y: depends on the base layer only, so nothing that we left out is missed.
            rewriter.temporal = packet.temporal
    return packet.temporal <= rewriter.temporal


cdef void begin(Rewriter *rewriter, int layer, const MediaPacket *packet, const LayerClock *clocks) noexcept nogil:
    """`packet` continues the stream: next number, next picture, a time that fits."""
    if rewriter.sent and layer != rewriter.clock_layer:
        rewriter.timestamp_delta = switch_delta(rewriter, layer, packet, clocks)
    rewriter.clock_layer = layer
    rewriter.layer = layer
    rewriter.resync = False
    rewriter.temporal = rewriter.temporal_target
    seqmap_restart(&rewriter.sequences, packet.sequence)
    if packet.picture >= 0:
        seqmap_restart(&rewriter.pictures, packet.picture)
        rewriter.last_picture = packet.picture - 1
    else:
        rewriter.last_picture = -1
    if packet.tl0_offset:
        rewriter.tl0_delta = <uint8_t>(rewriter.last_tl0 + 1 - packet.tl0)
        rewriter.last_tl0 = <uint8_t>(rewriter.last_tl0 + 1)


cdef uint32_t switch_delta(
    Rewriter *rewriter, int layer, const MediaPacket *packet, const LayerClock *clocks
) noexcept nogil:
    """The shift that puts the first packet of `layer` where its capture time belongs, and behind everything sent."""
    cdef const LayerClock *old = &clocks[max(rewriter.clock_layer, 0)]
    cdef const LayerClock *new = &clocks[layer]
    cdef int64_t elapsed = to_ticks(packet.arrival - rewriter.last_arrival, rewriter.clock_rate)
    cdef int64_t captured, step
    step = elapsed
    if rewriter.clock_layer >= 0 and old.ntp and new.ntp:
        captured = to_ticks(new.ntp - old.ntp, rewriter.clock_rate)
        captured += <int32_t>(packet.timestamp - new.rtp)
        captured = <int32_t>(<uint32_t>captured + old.rtp + rewriter.timestamp_delta - rewriter.last_timestamp)
        if -BELIEVABLE * rewriter.clock_rate < captured - elapsed < BELIEVABLE * rewriter.clock_rate:
            step = captured
    if step < 1:
        step = 1
    return <uint32_t>(rewriter.last_timestamp + <uint32_t>step - packet.timestamp)
