"""Batched UDP: recvmmsg in, sendmmsg with segmentation offload out."""

from libc.stdint cimport uint8_t

from sfu.plane.linux cimport iovec, mmsghdr, sockaddr_in6
from sfu.plane.tables cimport MAX_DATAGRAM, OUT_PACKETS, Address, Forwarder, Transport
from sfu.plane.wire cimport nanos

cdef enum:
    RECEIVE_BATCH = 64          # datagrams of one recvmmsg; more gain nothing (measured)
    SEND_BATCH = 128            # messages of one sendmmsg
    SPARE = 64                  # bytes behind a received datagram that crypto may touch
    MAX_SEGMENTS = 64           # of one message: the kernel's UDP_MAX_SEGMENTS before 6.9
    MAX_MESSAGE = 65000         # bytes of one message with offload
    MAX_SEGMENT = 1452          # bytes of one packet in it: an Ethernet frame over IPv6. The kernel refuses longer ones
    MAX_SOCKETS = 16
    CONTROL = 32                # bytes: CMSG_SPACE(2) is 24, CMSG_SPACE(sizeof(timespec)) is 32

cdef struct Inbox:
    mmsghdr messages[RECEIVE_BATCH]
    iovec vectors[RECEIVE_BATCH]
    sockaddr_in6 names[RECEIVE_BATCH]
    uint8_t controls[RECEIVE_BATCH][CONTROL]
    uint8_t data[RECEIVE_BATCH][MAX_DATAGRAM + SPARE]

cdef struct Outbox:
    bint gso                    # segmentation offload, until a device refuses it
    int sockets[MAX_SOCKETS]    # file descriptors
    int socket_count
    mmsghdr messages[SEND_BATCH]
    int segments[SEND_BATCH]    # packets in each message
    Transport *receivers[SEND_BATCH]    # of each message
    sockaddr_in6 names[SEND_BATCH]
    uint8_t controls[SEND_BATCH][CONTROL]
    int message_count
    iovec vectors[OUT_PACKETS]
    int vector_count

cdef void inbox_init(Inbox *inbox) noexcept nogil
# Receives what is there without waiting; the number of datagrams, 0 = none.
cdef int inbox_fill(Inbox *inbox, int fd) noexcept nogil
# Where datagram `i` came from; its bytes, 0 = cut off, ignore it.
cdef int inbox_read(const Inbox *inbox, int i, int socket, Address *address) noexcept nogil
# When the kernel got datagram `i`, by the wall clock; 0 = unknown, for the socket has no SO_TIMESTAMPNS.
cdef nanos inbox_stamp(const Inbox *inbox, int i) noexcept nogil
# Seals and sends all that the forwarder gathered, then forgets it: the forwarder's `send`.
cdef void outbox_send(void *outbox, Forwarder *forwarder) noexcept nogil
