"""One WebRTC endpoint of the load client: its socket, keys, sources and what it has received.

All of it is touched only with the engine's mutex held. `now` and arrival times are ns of CLOCK_MONOTONIC.
An endpoint takes about 5 kB, and 1.5 kB more for its first 12 streams; libsrtp adds about 3 kB for each stream.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from benchmarks.load.linux cimport iovec, mmsghdr, sockaddr_storage
from benchmarks.load.wire cimport RtpHead
from sfu.plane.srtp cimport SrtpSession

cdef enum:
    NACK_LIMIT = 32             # sequence numbers asked for at a time
    BATCH = 64                  # datagrams per recvmmsg
    SINGLE_BUFFER = 2112        # bytes: MAX_PACKET, and a cache line more so that buffers do not share cache sets
    OFFLOAD_BUFFER = 65600      # the same for what generic receive offload may hand over at once
    CONTROL_BUFFER = 64         # bytes of ancillary data per datagram
    SHORT_READ = 256            # bytes of a datagram that are copied when nobody looks beyond RTP's header
    HISTOGRAM_BUCKETS = 768

cdef enum Kind:
    KIND_NONE = 0
    KIND_AUDIO = 1
    KIND_VIDEO = 2
    KIND_RTX = 3

cdef struct Histogram:
    uint64_t counts[HISTOGRAM_BUCKETS]   # packets by latency; see bucket_of
    int64_t max                          # ns since the last reset

cdef struct Stream:
    uint32_t ssrc
    Kind kind                   # KIND_NONE = the slot is free
    uint32_t base               # extended sequence number of the first packet
    uint32_t highest            # extended
    uint32_t received           # packets
    uint32_t late               # packets behind a higher sequence number
    uint64_t octets
    uint32_t jitter             # in 1/16 timestamp units, RFC 3550 section A.8
    uint32_t transit
    uint32_t reported_expected  # as of the last receiver report
    uint32_t reported_received
    uint32_t sender_report      # middle 32 bits of its NTP time
    int64_t sender_report_at

cdef struct Source:
    Endpoint *endpoint
    Source *next_of_endpoint
    RtpHead head
    Kind kind
    uint32_t number             # as Python knows it
    bint active
    int size                    # bytes of an RTP packet before protection
    int burst                   # packets sent back to back
    int64_t interval            # ns between bursts
    int64_t next_at
    int frame_packets           # video: packets of one frame
    int position                # packets already sent of the current frame
    uint32_t timestamp_step     # per frame (video) or packet (audio)
    bint key_wanted
    bint key                    # the current frame is a key frame
    uint16_t picture
    uint8_t tl0
    uint32_t packets            # sent
    uint64_t octets
    uint32_t key_frames
    uint32_t skipped            # packets never sent because the client itself was late
    int64_t report_at

cdef struct Endpoint:
    uint32_t number             # as Python knows it
    int fd
    bint open                   # the socket may be touched
    bint watched                # read at once (epoll), since no media arrives; else every `interval`
    int64_t interval            # ns between reads
    int64_t read_at
    int64_t talks_until         # data messages came lately: read often
    int64_t whole_until         # datagrams that must not be cut may come until then
    bint whole                  # as long as it lives
    int quota                   # datagrams of one read that leave most of the socket's buffer free
    int sample                  # one packet in this many is decrypted, by chance
    int until_look              # packets until the next one is
    uint32_t chance             # state of that
    sockaddr_storage remote
    unsigned int remote_length  # 0 = not known yet
    SrtpSession inbound
    SrtpSession outbound
    uint32_t ssrc               # of its RTCP
    uint64_t remb               # bit/s told to the server, 0 = silent
    uint8_t kinds[128]          # Kind by payload type
    uint8_t codecs[128]         # Codec by payload type
    bint captured               # every packet is decrypted and goes to Python as well
    Stream *streams             # hash table by SSRC
    int stream_slots            # power of two
    int stream_count            # of all kinds
    Stream *latest              # stream of the packet before
    Source *sources
    int64_t report_at
    int report_from             # slot at which the next receiver report goes on
    uint32_t nack_ssrc
    uint16_t nacks[NACK_LIMIT]
    int nack_count
    uint64_t packets            # media packets received
    uint64_t octets             # of them, with SRTP overhead
    uint64_t retransmitted      # RTX packets received
    uint64_t decrypted
    uint64_t refused            # authentication failed, or no keys
    uint64_t unknown            # payload type or SSRC that nobody announced
    uint64_t plis
    uint64_t nacked             # NACK packets received (as a publisher)
    uint64_t control            # STUN and DTLS datagrams
    int64_t first_packet        # arrival of the first media packet, 0 = none yet
    int64_t first_key_frame     # arrival of the first packet that began a key frame, 0 = none yet

cdef struct ReceiveBatch:
    mmsghdr messages[BATCH]
    iovec vectors[BATCH]
    uint8_t *buffers            # BATCH of `buffer_size` bytes
    int buffer_size
    bint whole                  # no datagram of any endpoint is to be cut
    uint8_t control[BATCH][CONTROL_BUFFER]
    Histogram latency[3]        # by Kind
    int control_fd              # STUN and DTLS datagrams go here, behind 4 bytes of endpoint number
    int capture_fd              # captured packets go here in the same way
    uint64_t reads              # system calls
    uint64_t datagrams

# 0, or -1 when there is no memory.
cdef int prepare(ReceiveBatch *batch, int buffer_size) noexcept nogil
# Takes what waits in the endpoint's socket, within reason; returns the datagrams. A socket that is gone closes the
# endpoint. `clock_offset` = CLOCK_REALTIME - CLOCK_MONOTONIC in ns.
cdef int drain(Endpoint *endpoint, ReceiveBatch *batch, int64_t now, int64_t clock_offset) noexcept nogil
# One datagram of `length` bytes, of which `held` are there; it is changed in place.
cdef void take_datagram(
    Endpoint *endpoint, ReceiveBatch *batch, uint8_t *data, int held, int length, int64_t arrival
) noexcept nogil
