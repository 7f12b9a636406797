"""Every packet in and out and every reason to drop one, by number. Names for metrics are in the `.pyx`."""

cdef enum:
    RTP_IN
    RTP_BYTES_IN
    RTP_OUT
    RTP_BYTES_OUT
    RTCP_IN
    RTCP_OUT
    RTX_IN
    RTX_OUT
    STUN_IN
    DTLS_IN
    SENDS
    GSO_SENDS
    GSO_REFUSED
    KEY_FRAME_REQUESTS_OUT
    NACKS_OUT
    DROP_SHED               # RTP that waited too long in the socket: the machine is overloaded
    DROP_SHAPE              # neither STUN, DTLS, RTP nor RTCP, or cut short
    DROP_STUN_SHAPE
    DROP_EVENTS_FULL        # Python is too slow for the STUN and DTLS that comes
    DROP_ADDRESS_UNKNOWN
    DROP_NO_KEYS
    DROP_RTP_MALFORMED
    DROP_SSRC_UNKNOWN       # no publication claims it
    DROP_PAYLOAD_TYPE
    DROP_AUTH
    DROP_REPLAY
    DROP_DUPLICATE          # came by RTX and otherwise
    DROP_LATE               # too old to be put in its place
    DROP_RTX_EMPTY          # padding to probe the bandwidth
    DROP_DESCRIPTOR
    DROP_PAUSED
    DROP_RTCP_AUTH
    DROP_RTCP_MALFORMED
    DROP_FEEDBACK_MALFORMED
    DROP_PROTECT            # libsrtp refused to send, e.g. a number twice
    DROP_SOCKET_FULL
    DROP_SEND_FAILED
    DROP_NO_MEMORY
    DROP_TOO_LONG
    DROP_NACK_UNKNOWN       # a receiver asks for what is no longer there
    DROP_NACK_THROTTLED
    DROP_NACK_BUDGET
    DROP_NACK_NO_RTX
    COUNTERS
