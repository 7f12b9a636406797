"""The structs of the plane. Only the thread that owns the Forwarder touches them, but for the members marked
«Python reads» (single words, written by the thread only) and the two queues.

Ownership: Forwarder -> Transport -> Publication -> Layer, Transport -> Subscription. Python allocates an object and
hands it over with a command; the thread unlinks it and says `Removed`; Python answers with a command that frees it,
so nothing that is still queued can point to freed memory.
"""

from libc.stdint cimport int8_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from sfu.plane.counters cimport COUNTERS
from sfu.plane.holes cimport Holes
from sfu.plane.receive cimport Receive
from sfu.plane.rewriter cimport LayerClock, Rewriter
from sfu.plane.ring cimport Ring
from sfu.plane.srtp cimport SrtpSession
from sfu.plane.twcc cimport Arrivals, SendHistory
from sfu.plane.wire cimport nanos

cdef enum:
    MAX_NAME = 32               # bytes of a mid or rid
    MAX_LAYERS = 4              # q, h, f and one to spare
    MAX_PAYLOAD_TYPES = 16      # of one section
    MAX_BINDINGS = 96           # SSRCs of one transport
    RETIRED = 32                # SSRCs that ended and may come back
    REPORTERS = 256             # SSRCs that only send RTCP; a browser may have one for each track that it receives
    MAX_ADDRESSES = 4           # the current and the last few of a transport
    ADDRESS_BUCKETS = 4096
    MAX_DATAGRAM = 2048         # longer ones are no media, STUN or DTLS of ours
    OUT_BYTES = 1640            # a full Ethernet frame plus our extension and the SRTP trailer
    OUT_PACKETS = 1024          # gathered before they are sent
    SENT_PACKETS = 512          # of a subscription that NACKs are answered for
    FEEDBACK_SAMPLES = 2048     # kept for take_feedback
    MAX_EXTENSION = 16          # bytes of our outgoing header extension
    MAX_EVENTS = 4096           # datagrams that wait for Python
    MAX_COMMANDS = 65536        # commands that wait for the thread
    CODEC_NUMBERS = 4           # Codec values are below

cdef struct Address:            # compared as bytes: zero what is not used
    uint8_t ip[16]              # IPv4 in the first four
    uint32_t scope
    uint16_t port               # host byte order
    uint8_t family              # 4 or 6
    uint8_t socket              # the local socket it was seen on

cdef struct AddressEntry:
    AddressEntry *next
    Address address
    Transport *transport

cdef struct Rate:               # bit/s over the last second
    uint64_t bytes
    nanos since
    uint32_t bitrate            # Python reads

cdef struct PayloadNumber:
    uint8_t codec
    uint8_t number
    uint8_t rtx                 # 0 = none
    bint nack
    bint pli

cdef struct PublicationSetup:   # what a renegotiation may change
    char mid[MAX_NAME + 1]
    int payload_count
    PayloadNumber payloads[MAX_PAYLOAD_TYPES]
    int layer_count
    char rids[MAX_LAYERS][MAX_NAME + 1]
    uint32_t ssrcs[MAX_LAYERS]
    uint32_t rtx_ssrcs[MAX_LAYERS]

cdef struct Binding:            # an SSRC of a peer
    uint32_t ssrc
    bint rtx
    Publication *publication
    Layer *layer

cdef struct Layer:
    Layer *next                 # of the retired ones
    char rid[MAX_NAME + 1]
    int index                   # in the publication
    uint32_t ssrc               # 0 = not learnt yet
    uint32_t rtx_ssrc
    bint live                   # FirstPacket was told
    bint shed                   # packets were, since the last one that was not
    uint8_t codec               # of the last packet
    int clock_rate
    Receive receive             # Python reads
    Holes holes
    Ring ring
    int64_t picture             # newest VP8 picture id, unwrapped, -1 = none
    bint key_asked              # somebody wants a key frame
    nanos key_ask_next          # when the next request may be sent
    nanos key_ration_at         # up to when requests are used up; the past = some may come close together
    bint ask_nack               # of the last packet's payload type
    bint ask_pli
    uint64_t packets            # Python reads these and the following
    uint64_t bytes
    uint32_t nacks_sent
    uint32_t plis_sent
    uint32_t frames
    uint32_t key_frames
    uint16_t width
    uint16_t height
    nanos last_packet
    uint32_t last_timestamp
    Rate rate

cdef struct Publication:
    int64_t handle
    bint dead                   # unlinked, waits to be freed
    bint audio
    bint paused
    Transport *transport
    Publication *next           # of the transport
    PublicationSetup setup
    Layer *layers[MAX_LAYERS]
    int layer_count
    LayerClock clocks[MAX_LAYERS]
    Subscription **subscriptions
    int subscription_count
    int subscription_room
    long loudest                # -dBov, swapped by Python
    uint64_t active_ms          # Python reads
    uint64_t total_ms           # Python reads
    uint64_t active_read        # Python's: what it was at the last read
    uint64_t total_read         # Python's
    Layer *retired              # no longer used, but Python may be reading them

cdef struct SentEntry:          # how a packet went to a receiver, to say it again by RTX
    int64_t sequence            # unwrapped, ours; 0 = empty
    int64_t source              # unwrapped, the layer's
    nanos resent                # 0 = never
    uint32_t timestamp
    uint16_t picture
    uint8_t tl0
    int8_t layer

cdef struct Subscription:
    int64_t handle
    bint dead
    Publication *publication
    Transport *transport
    Subscription *next          # of the transport
    uint32_t ssrc
    uint32_t rtx_ssrc           # 0 = no RTX
    uint8_t payload[CODEC_NUMBERS]      # by codec, 0 = cannot be received
    uint8_t rtx_payload[CODEC_NUMBERS]
    Rewriter rewriter           # Python reads layer and temporal
    int told_layer              # last LayerChanged
    SentEntry *sent             # SENT_PACKETS of them; NULL until needed
    int64_t highest             # newest sequence number sent
    uint16_t rtx_sequence
    uint64_t packets            # Python reads these and the following
    uint64_t bytes
    uint64_t retransmitted
    int64_t lost
    uint8_t fraction
    uint32_t jitter             # timestamp units
    nanos round_trip
    uint32_t nacks_received
    uint32_t plis_received
    uint32_t octets             # of payload, for sender reports
    Rate rate

cdef struct ExtensionLayout:    # our header extension for one kind of media
    uint8_t template[MAX_EXTENSION]
    int length                  # 0 = no extension
    int abs_send_time           # where its data goes, 0 = not sent
    int transport_cc
    int copied                  # audio level or video orientation

cdef struct FeedbackEntry:
    int64_t sequence
    nanos sent
    nanos received
    int size

cdef struct FeedbackQueue:      # thread writes, Python reads
    long head                   # entries written so far
    long tail                   # entries read so far
    FeedbackEntry entries[FEEDBACK_SAMPLES]

cdef struct OutPacket:
    OutPacket *next             # to the same transport
    int length
    int rtcp
    int audio                   # index of the extension layout
    uint8_t data[OUT_BYTES]     # four byte aligned, as libsrtp expects

cdef struct Transport:
    int64_t handle
    bint dead
    Transport *next             # of the forwarder
    Transport *previous
    uint8_t kinds[256]          # extension ids of incoming packets
    ExtensionLayout layouts[2]  # video, audio
    Address addresses[MAX_ADDRESSES]    # newest first
    int address_count
    bint shedding               # its media came too late out of the socket, and still does
    bint narrow                 # the path to the newest one refused segmentation offload
    SrtpSession inbound
    SrtpSession outbound
    Publication *publications
    Subscription *subscriptions
    Binding bindings[MAX_BINDINGS]
    int binding_count
    uint32_t retired[RETIRED]   # ring; their streams stay in libsrtp, which knows how often they rolled over
    int retired_at
    uint32_t reporters[REPORTERS]       # ring of SSRCs without media whose streams are in libsrtp
    int reporter_at
    OutPacket *out_first        # gathered to be sent
    OutPacket *out_last
    int out_count
    Transport *next_dirty
    Arrivals *arrivals          # NULL until needed
    nanos feedback_at           # next transport-wide feedback
    SendHistory *history        # NULL until needed
    FeedbackQueue *feedback     # NULL until needed; Python reads
    nanos report_at             # next sender and receiver reports
    uint64_t limit              # bit/s to ask the peer for by REMB, 0 = none
    nanos limit_at              # next REMB
    bint wall_known
    nanos wall_offset           # our wall clock minus the peer's
    int64_t resend_budget       # bytes that may be retransmitted now
    nanos refilled_at           # when the budget grew last
    nanos round_trip            # 0 = unknown; Python reads these and the following
    uint64_t packets_in
    uint64_t bytes_in
    uint64_t packets_out
    uint64_t bytes_out
    int64_t remb
    nanos remb_at
    nanos last_packet

cdef enum:                      # kinds of Event
    EVENT_DATAGRAM = 1
    EVENT_FIRST_PACKET
    EVENT_LAYER
    EVENT_REMOVED_TRANSPORT
    EVENT_REMOVED_PUBLICATION
    EVENT_REMOVED_SUBSCRIPTION

cdef struct Event:
    Event *next
    int kind
    int64_t handle              # of the object; of a datagram the transport, 0 = unknown
    void *object                # of a removal: to be freed by command
    int layer
    uint32_t ssrc
    uint8_t payload_type
    uint8_t codec
    Address address
    int length
    uint8_t data[1]             # `length` bytes

cdef enum:                      # kinds of Command
    ADD_TRANSPORT = 1
    SET_EXTENSIONS
    SET_REMOTE
    SET_SRTP
    REMOVE_TRANSPORT
    ADD_PUBLICATION
    SET_PUBLICATION
    REMOVE_PUBLICATION
    PAUSE_PUBLICATION
    ADD_SUBSCRIPTION
    REMOVE_SUBSCRIPTION
    SELECT
    REQUEST_KEY_FRAME
    LIMIT_PUBLISHER
    FREE_TRANSPORT
    FREE_PUBLICATION
    FREE_SUBSCRIPTION

cdef struct ExtensionTable:
    uint8_t kinds[256]
    ExtensionLayout layouts[2]

cdef struct Command:
    Command *next
    int kind
    void *object                # Transport, Publication or Subscription
    int first                   # layer, or a flag
    int second                  # temporal layer
    uint64_t bitrate
    Address address
    SrtpSession inbound
    SrtpSession outbound
    ExtensionTable *extensions  # owned by the command
    PublicationSetup *setup     # owned by the command

ctypedef void (*SendFunction)(void *context, Forwarder *forwarder) noexcept nogil

cdef struct Forwarder:
    uint64_t counters[COUNTERS]     # Python reads
    Transport *transports
    AddressEntry *buckets[ADDRESS_BUCKETS]
    OutPacket *arena            # OUT_PACKETS of them
    int arena_used
    Transport *dirty            # transports with gathered packets
    SendFunction send           # sends and forgets all gathered packets
    void *send_context
    void *events                # queue of Event
    long events_waiting         # datagrams in it
    bint told                   # an event was pushed since the owner last looked
    nanos wall_offset           # wall clock minus CLOCK_MONOTONIC
    nanos now                   # of the input that is being handled
    nanos waited                # how long that was in the socket
    nanos tick_at               # next housekeeping
