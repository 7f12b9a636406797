"""SRTP and SRTCP sessions behind a table of C functions, so that another crypto backend can take libsrtp's place.

A session belongs to one direction of one transport and is used by one thread only. Packets are changed in place.
"""

from libc.stdint cimport uint8_t, uint32_t

cdef enum:
    # Bytes that protecting may add: an SRTCP index (4) and the longest tag of our profiles (16).
    SRTP_TRAILER = 20
    # Statuses of the functions below that callers tell apart (srtp_err_status_t of libsrtp 2).
    SRTP_OK = 0
    SRTP_REPLAYED = 9
    SRTP_TOO_OLD = 10
    SRTP_CLOSED = 100       # our own: the session has no keys

ctypedef int (*SrtpPacketFunction)(void *handle, void *packet, int *length) noexcept nogil

cdef struct SrtpBackend:
    SrtpPacketFunction protect          # in place; the buffer needs SRTP_TRAILER spare bytes
    SrtpPacketFunction unprotect
    SrtpPacketFunction protect_rtcp
    SrtpPacketFunction unprotect_rtcp
    int (*remove_stream)(void *handle, unsigned int ssrc) noexcept nogil    # SSRC in network byte order
    int (*dealloc)(void *handle) noexcept nogil

cdef struct SrtpSession:
    const SrtpBackend *backend          # NULL = closed
    void *handle                        # the backend's own session

# Opens one direction; `key` is master key and salt in one. Raises ValueError for a wrong length. Needs the GIL.
cdef int srtp_open(SrtpSession *session, int profile, bytes key, bint outbound) except -1
cdef void srtp_close(SrtpSession *session) noexcept nogil


cdef inline int srtp_protect(SrtpSession *session, uint8_t *packet, int *length) noexcept nogil:
    """RTP to SRTP in place. 0 or a status; on failure the content is undefined."""
    if session.backend == NULL:
        return SRTP_CLOSED
    return session.backend.protect(session.handle, packet, length)


cdef inline int srtp_unprotect(SrtpSession *session, uint8_t *packet, int *length) noexcept nogil:
    """SRTP to RTP in place. 0 or a status."""
    if session.backend == NULL:
        return SRTP_CLOSED
    return session.backend.unprotect(session.handle, packet, length)


cdef inline int srtp_protect_rtcp(SrtpSession *session, uint8_t *packet, int *length) noexcept nogil:
    """RTCP to SRTCP in place. 0 or a status."""
    if session.backend == NULL:
        return SRTP_CLOSED
    return session.backend.protect_rtcp(session.handle, packet, length)


cdef inline int srtp_unprotect_rtcp(SrtpSession *session, uint8_t *packet, int *length) noexcept nogil:
    """SRTCP to RTCP in place. 0 or a status."""
    if session.backend == NULL:
        return SRTP_CLOSED
    return session.backend.unprotect_rtcp(session.handle, packet, length)


# Forgets the stream of an SSRC (host byte order) that ended: libsrtp walks a list of them for every packet.
cdef void srtp_remove_stream(SrtpSession *session, uint32_t ssrc) noexcept nogil
