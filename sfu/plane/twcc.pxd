"""Transport-wide congestion control (draft-holmer-rmcat-transport-wide-cc-extensions-01), both directions."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from sfu.plane.wire cimport nanos

cdef enum:
    TWCC_WINDOW = 2048          # packets that one feedback interval may span
    TWCC_SENT = 2048            # packets in flight that are remembered
    TWCC_STATUSES = 4096        # statuses of one feedback message that are read
    TWCC_BYTES = 1100           # of one feedback message

cdef struct Arrivals:           # what a publisher's packets did on their way to us
    bint started
    int64_t next                # unwrapped number with which the next feedback begins
    int64_t highest             # newest arrival
    uint8_t count               # feedback messages so far
    nanos at[TWCC_WINDOW]       # by number, 0 = not arrived

cdef struct SentPacket:
    int64_t sequence            # unwrapped, 0 = empty
    nanos sent
    int size                    # bytes on the wire above UDP

cdef struct SendHistory:
    int64_t next                # unwrapped number of the next packet, from 65536 on
    SentPacket packets[TWCC_SENT]
    nanos reference             # unwrapped receiver clock of the last feedback
    bint started

cdef struct Feedback:           # one status out of a feedback message
    const SentPacket *packet
    nanos received              # on the receiver's clock, -1 = lost

cdef void arrivals_put(Arrivals *arrivals, uint16_t sequence, nanos now) noexcept nogil
# A whole RTCP packet for what came since the last one; its bytes, 0 = nothing to tell. `out` has TWCC_BYTES.
cdef int arrivals_build(Arrivals *arrivals, uint8_t *out, uint32_t sender, uint32_t media) noexcept nogil

# Remembers a packet and gives it its number.
cdef uint16_t history_put(SendHistory *history, int size, nanos now) noexcept nogil
# Reads the FCI of a feedback message; statuses of remembered packets go to `out` (TWCC_STATUSES of them).
# Returns their count, or -1 = malformed.
cdef int history_read(SendHistory *history, const uint8_t *fci, int length, Feedback *out) noexcept nogil
