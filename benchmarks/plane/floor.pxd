"""The steps of the floor: what any forwarder has to do with a packet, and nothing else."""

from libc.stdint cimport uint8_t

from benchmarks.load.linux cimport iovec, mmsghdr, sockaddr_in
from benchmarks.load.wire cimport MAX_PACKET, RtpHead
from sfu.plane.srtp cimport SrtpSession

cdef enum:
    MAX_RECEIVERS = 64
    MAX_BURST = 32
    CONTROL = 64                # bytes of ancillary data for one message

cdef struct Floor:
    int receivers, burst
    int size                    # bytes of an RTP packet before encryption; may change between bursts
    bint offload                # segmentation offload
    int publisher, server       # sockets
    int sinks[MAX_RECEIVERS]
    sockaddr_in server_address
    sockaddr_in addresses[MAX_RECEIVERS]
    SrtpSession sealing         # the publisher's
    SrtpSession opening         # the server's, for the publisher
    SrtpSession sessions[MAX_RECEIVERS]
    RtpHead head
    uint8_t incoming[MAX_BURST][MAX_PACKET]
    uint8_t *outgoing           # receivers x burst of MAX_PACKET
    int lengths[MAX_BURST]
    mmsghdr messages_in[MAX_BURST]
    iovec vectors_in[MAX_BURST]
    mmsghdr *messages_out       # receivers x burst
    iovec *vectors_out
    uint8_t control[MAX_RECEIVERS][CONTROL]
    mmsghdr messages_sunk[MAX_BURST]
    iovec vectors_sunk[MAX_BURST]
    uint8_t scrap[MAX_BURST][MAX_PACKET]

# Two threads may work on one floor: one calls `publish` and `sink`, the other all the rest.
# Each returns 0, or -1 when a packet was not taken, did not come or did not open.
cdef int publish(Floor *floor) noexcept nogil
# Receives a burst; `flags` as of recvmmsg.
cdef int receive(Floor *floor, int flags) noexcept nogil
cdef int unprotect(Floor *floor) noexcept nogil
# A copy for each receiver, with its SSRC.
cdef void rewrite(Floor *floor) noexcept nogil
cdef int protect(Floor *floor) noexcept nogil
cdef int deliver(Floor *floor) noexcept nogil
# Takes what the receivers got, so that no buffer fills; the number of packets.
cdef int sink(Floor *floor) noexcept nogil


cdef class FloorLoop:
    cdef Floor *floor
    cdef list sockets
