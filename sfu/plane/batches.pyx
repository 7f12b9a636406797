"""Gathered packets in, as few system calls as possible out. The kernel's send is most of what forwarding costs."""

from libc.stdint cimport uint8_t, uint32_t
from libc.string cimport memcpy, memset

from sfu.plane.counters cimport DROP_SEND_FAILED, DROP_SOCKET_FULL, GSO_REFUSED, GSO_SENDS, SENDS
from sfu.plane.egress cimport egress_reset, seal
from sfu.plane.linux cimport (
    AF_INET,
    AF_INET6,
    EAGAIN,
    EINTR,
    EINVAL,
    EIO,
    EMSGSIZE,
    ENOBUFS,
    MSG_DONTWAIT,
    MSG_TRUNC,
    errno,
    htons,
    mmsghdr,
    ntohs,
    recvmmsg,
    segment,
    sendmmsg,
    sockaddr_in,
    sockaddr_in6,
    stamp,
)
from sfu.plane.tables cimport MAX_DATAGRAM, Address, Forwarder, OutPacket, Transport
from sfu.plane.wire cimport nanos


cdef void inbox_init(Inbox *inbox) noexcept nogil:
    cdef int i
    memset(inbox.messages, 0, sizeof(inbox.messages))
    for i in range(RECEIVE_BATCH):
        inbox.vectors[i].iov_base = &inbox.data[i][0]
        inbox.vectors[i].iov_len = MAX_DATAGRAM
        inbox.messages[i].msg_hdr.msg_iov = &inbox.vectors[i]
        inbox.messages[i].msg_hdr.msg_iovlen = 1
        inbox.messages[i].msg_hdr.msg_name = &inbox.names[i]
        inbox.messages[i].msg_hdr.msg_control = &inbox.controls[i][0]


cdef int inbox_fill(Inbox *inbox, int fd) noexcept nogil:
    cdef int i, count
    for i in range(RECEIVE_BATCH):
        inbox.messages[i].msg_hdr.msg_namelen = sizeof(sockaddr_in6)
        inbox.messages[i].msg_hdr.msg_controllen = CONTROL
    count = recvmmsg(fd, inbox.messages, RECEIVE_BATCH, MSG_DONTWAIT, NULL)
    return max(count, 0)


cdef int inbox_read(const Inbox *inbox, int i, int socket, Address *address) noexcept nogil:
    cdef const sockaddr_in *v4 = <const sockaddr_in *>&inbox.names[i]
    cdef const sockaddr_in6 *v6 = &inbox.names[i]
    memset(address, 0, sizeof(Address))
    address.socket = <uint8_t>socket
    if v4.sin_family == AF_INET:
        address.family = 4
        address.port = ntohs(v4.sin_port)
        memcpy(address.ip, &v4.sin_addr, 4)
    else:
        address.family = 6
        address.port = ntohs(v6.sin6_port)
        address.scope = v6.sin6_scope_id
        memcpy(address.ip, &v6.sin6_addr, 16)
    if inbox.messages[i].msg_hdr.msg_flags & MSG_TRUNC:
        return 0
    return inbox.messages[i].msg_len


cdef nanos inbox_stamp(const Inbox *inbox, int i) noexcept nogil:
    return stamp(&inbox.messages[i].msg_hdr)


cdef uint32_t write_name(sockaddr_in6 *name, const Address *address) noexcept nogil:
    """The address as the kernel wants it; its size."""
    cdef sockaddr_in *v4 = <sockaddr_in *>name
    memset(name, 0, sizeof(sockaddr_in6))
    if address.family == 4:
        v4.sin_family = AF_INET
        v4.sin_port = htons(address.port)
        memcpy(&v4.sin_addr, address.ip, 4)
        return sizeof(sockaddr_in)
    name.sin6_family = AF_INET6
    name.sin6_port = htons(address.port)
    name.sin6_scope_id = address.scope
    memcpy(&name.sin6_addr, address.ip, 16)
    return sizeof(sockaddr_in6)


cdef void outbox_send(void *context, Forwarder *forwarder) noexcept nogil:
    cdef Outbox *outbox = <Outbox *>context
    cdef Transport *transport = forwarder.dirty
    cdef int socket
    while transport != NULL:
        seal(forwarder, transport)
        transport = transport.next_dirty
    for socket in range(outbox.socket_count):
        transport = forwarder.dirty
        while transport != NULL:
            if transport.address_count and transport.addresses[0].socket == socket:
                queue_transport(outbox, forwarder, transport)
            transport = transport.next_dirty
        transmit(outbox, forwarder, outbox.sockets[socket])
    egress_reset(forwarder)


cdef void queue_transport(Outbox *outbox, Forwarder *forwarder, Transport *transport) noexcept nogil:
    """Messages for one receiver: each a run of equally long packets, of which only the last may be shorter."""
    cdef OutPacket *out = transport.out_first
    cdef mmsghdr *message
    cdef int size, total, count
    cdef bint single
    while out != NULL:
        if out.length == 0:
            out = out.next
            continue
        if outbox.message_count == SEND_BATCH:
            transmit(outbox, forwarder, outbox.sockets[transport.addresses[0].socket])
        message = &outbox.messages[outbox.message_count]
        memset(message, 0, sizeof(mmsghdr))
        message.msg_hdr.msg_name = &outbox.names[outbox.message_count]
        message.msg_hdr.msg_namelen = write_name(&outbox.names[outbox.message_count], &transport.addresses[0])
        message.msg_hdr.msg_iov = &outbox.vectors[outbox.vector_count]
        size = out.length
        single = not outbox.gso or transport.narrow or size > MAX_SEGMENT
        total = 0
        count = 0
        while out != NULL and out.length and out.length <= size:
            if count == MAX_SEGMENTS or total + out.length > MAX_MESSAGE or (count and single):
                break
            outbox.vectors[outbox.vector_count].iov_base = out.data
            outbox.vectors[outbox.vector_count].iov_len = out.length
            outbox.vector_count += 1
            total += out.length
            count += 1
            out = out.next
            if outbox.vectors[outbox.vector_count - 1].iov_len < <size_t>size:
                break
        message.msg_hdr.msg_iovlen = count
        outbox.segments[outbox.message_count] = count
        outbox.receivers[outbox.message_count] = transport
        if count > 1:
            segment(&message.msg_hdr, &outbox.controls[outbox.message_count][0], <unsigned short>size)
            forwarder.counters[GSO_SENDS] += 1
        outbox.message_count += 1


cdef void transmit(Outbox *outbox, Forwarder *forwarder, int fd) noexcept nogil:
    """Sends the queued messages. What the socket has no room for is dropped, as a network would."""
    cdef int done = 0, sent, i
    while done < outbox.message_count:
        sent = sendmmsg(fd, &outbox.messages[done], outbox.message_count - done, MSG_DONTWAIT)
        forwarder.counters[SENDS] += 1
        if sent > 0:
            done += sent
        elif errno == EINTR:
            continue
        elif errno == EAGAIN or errno == ENOBUFS:
            for i in range(done, outbox.message_count):
                forwarder.counters[DROP_SOCKET_FULL] += outbox.segments[i]
            break
        else:
            if outbox.segments[done] > 1 and (errno == EIO or errno == EINVAL or errno == EMSGSIZE):
                # EIO: the device cannot segment. The others: the path to this receiver takes only smaller packets, as
                # behind a tunnel, and singly the kernel cuts them up. Not again, and this one singly.
                if errno == EIO:
                    outbox.gso = False
                else:
                    outbox.receivers[done].narrow = True
                forwarder.counters[GSO_REFUSED] += 1
                send_singly(outbox, forwarder, fd, done)
            else:
                forwarder.counters[DROP_SEND_FAILED] += outbox.segments[done]
            done += 1
    outbox.message_count = 0
    outbox.vector_count = 0


cdef void send_singly(Outbox *outbox, Forwarder *forwarder, int fd, int which) noexcept nogil:
    """The packets of one refused message, each for itself."""
    cdef mmsghdr single = outbox.messages[which]
    cdef int _i
    single.msg_hdr.msg_control = NULL
    single.msg_hdr.msg_controllen = 0
    single.msg_hdr.msg_iovlen = 1
    for _i in range(outbox.segments[which]):
        if sendmmsg(fd, &single, 1, MSG_DONTWAIT) != 1:
            forwarder.counters[DROP_SEND_FAILED] += 1
        single.msg_hdr.msg_iov += 1
