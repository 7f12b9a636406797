"""The native thread: waits for datagrams, commands and the clock, and runs the forwarder. No Python in it."""

from libc.stdint cimport uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

import os
import socket as sockets

from sfu.plane.batches cimport (
    MAX_SOCKETS,
    RECEIVE_BATCH,
    Inbox,
    Outbox,
    inbox_fill,
    inbox_init,
    inbox_read,
    inbox_stamp,
    outbox_send,
)
from sfu.plane.commands cimport command_apply
from sfu.plane.counters cimport DROP_SHAPE
from sfu.plane.forwarder cimport forwarder_flush, forwarder_free, forwarder_new, forwarder_receive, forwarder_tick
from sfu.plane.linux cimport (
    CLOCK_MONOTONIC,
    CLOCK_REALTIME,
    EPOLL_CLOEXEC,
    EPOLL_CTL_ADD,
    EPOLLIN,
    SCHED_FIFO,
    clock_gettime,
    close,
    epoll_create1,
    epoll_ctl,
    epoll_event,
    epoll_wait,
    pthread_create,
    pthread_join,
    pthread_self,
    pthread_setschedparam,
    pthread_t,
    read,
    sched_param,
    timespec,
    write,
)
from sfu.plane.plane cimport Plane
from sfu.plane.queues cimport atomic_add, atomic_load, atomic_store, push, take_all
from sfu.plane.tables cimport MAX_COMMANDS, Address, Command, Forwarder
from sfu.plane.wire cimport MILLISECOND, nanos

# Bytes: a burst of key frames to a class of thirty is 3 MB; the kernel's default of 208 KB loses it.
SOCKET_BUFFER = 4 * 1024 * 1024
# Linux: the same options without the administrator's ceiling, for processes that may (CAP_NET_ADMIN).
_SO_SNDBUFFORCE = 32
_SO_RCVBUFFORCE = 33
# Linux: says with each datagram when it came, so that media that waited too long is not forwarded.
_SO_TIMESTAMPNS = 35

cdef enum:
    WAKE = 1000                 # epoll's number of the command eventfd; sockets have their index
    BATCHES = 4                 # of one socket before the others get their turn
    PRIORITY = 10               # of SCHED_FIFO: above ordinary threads, below the kernel's own

cdef struct Loop:
    Forwarder *forwarder
    Inbox inbox
    Outbox outbox
    int epoll
    int wake                    # eventfd: commands wait, or stop
    int told                    # eventfd: events wait
    void *commands              # queue of Command
    long commands_waiting
    long stopping
    bint realtime
    pthread_t thread


cdef nanos clock(int which) noexcept nogil:
    cdef timespec now
    clock_gettime(which, &now)
    return <nanos>now.tv_sec * 1000000000 + now.tv_nsec


cdef void ring_bell(int fd) noexcept nogil:
    cdef uint64_t one = 1
    if write(fd, &one, sizeof(one)) < 0:
        pass                    # EAGAIN: it rings already


cdef void silence_bell(int fd) noexcept nogil:
    cdef uint64_t value
    if read(fd, &value, sizeof(value)) < 0:
        pass                    # EAGAIN: it does not ring


cdef void run_commands(Loop *loop) noexcept nogil:
    """Everything queued, in order. Nothing is gathered yet in this round."""
    cdef Command *command = <Command *>take_all(&loop.commands)
    cdef Command *next
    while command != NULL:
        next = command.next
        atomic_add(&loop.commands_waiting, -1)
        command_apply(loop.forwarder, command)
        command = next


cdef nanos waited(const Inbox *inbox, int i) noexcept nogil:
    """How long a datagram was in the socket and behind the others of its batch, which may take 100 ms to forward."""
    cdef nanos stamp = inbox_stamp(inbox, i)
    return clock(CLOCK_REALTIME) - stamp if stamp else 0


cdef void receive(Loop *loop, int socket) noexcept nogil:
    """Takes what the socket has; each batch is forwarded before the next one is taken."""
    cdef Address address
    cdef int i, _k, count, length
    cdef nanos now
    for _k in range(BATCHES):
        count = inbox_fill(&loop.inbox, loop.outbox.sockets[socket])
        now = clock(CLOCK_MONOTONIC)
        for i in range(count):
            length = inbox_read(&loop.inbox, i, socket, &address)
            if length == 0:
                loop.forwarder.counters[DROP_SHAPE] += 1
            else:
                forwarder_receive(loop.forwarder, &loop.inbox.data[i][0], length, &address, now, waited(&loop.inbox, i))
        forwarder_flush(loop.forwarder)
        if count < RECEIVE_BATCH:
            return


cdef void *run(void *argument) noexcept nogil:
    cdef Loop *loop = <Loop *>argument
    cdef epoll_event ready[MAX_SOCKETS + 1]
    cdef sched_param parameters
    cdef nanos now, deadline = 0
    cdef int i, count, wait
    if loop.realtime:
        parameters.sched_priority = PRIORITY
        pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters)  # without the right to: stays as it is
    while not atomic_load(&loop.stopping):
        now = clock(CLOCK_MONOTONIC)
        wait = <int>((deadline - now + MILLISECOND - 1) / MILLISECOND) if deadline > now else 0
        count = epoll_wait(loop.epoll, ready, MAX_SOCKETS + 1, wait)
        for i in range(count):
            if ready[i].data.u32 == WAKE:
                silence_bell(loop.wake)
                run_commands(loop)
        for i in range(count):
            if ready[i].data.u32 != WAKE:
                receive(loop, <int>ready[i].data.u32)
        deadline = forwarder_tick(loop.forwarder, clock(CLOCK_MONOTONIC))
        forwarder_flush(loop.forwarder)
        if loop.forwarder.told:
            loop.forwarder.told = False
            ring_bell(loop.told)
    return NULL


cdef class PlaneThread(Plane):
    """See `thread.pyi`."""

    cdef Loop *loop
    cdef bint running
    cdef bint stopped
    cdef list sockets
    cdef readonly tuple addresses

    def __cinit__(self):
        self.loop = NULL
        self.running = False
        self.stopped = False
        self.sockets = []
        self.addresses = ()

    def __init__(self, addresses, *, bint realtime=False, bint gso=True):
        if not 1 <= len(addresses) <= MAX_SOCKETS:
            raise ValueError(f"a thread has 1 to {MAX_SOCKETS} addresses")
        try:
            for address in addresses:
                self.sockets.append(bound(address))
        except BaseException:
            for opened in self.sockets:
                opened.close()
            raise
        self.addresses = tuple([opened.getsockname()[:2] for opened in self.sockets])
        self.loop = <Loop *>calloc(1, sizeof(Loop))
        self.forwarder = forwarder_new(clock(CLOCK_REALTIME) - clock(CLOCK_MONOTONIC))
        if self.loop == NULL or self.forwarder == NULL:
            raise MemoryError
        self.forwarder.send = outbox_send
        self.forwarder.send_context = &self.loop.outbox
        self.loop.forwarder = self.forwarder
        self.loop.realtime = realtime
        self.loop.outbox.gso = gso
        self.loop.wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.loop.told = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.loop.epoll = epoll_create1(EPOLL_CLOEXEC)
        inbox_init(&self.loop.inbox)
        self.watch(self.loop.wake, WAKE)
        for i, opened in enumerate(self.sockets):
            self.loop.outbox.sockets[<int>i] = opened.fileno()
            self.watch(opened.fileno(), i)
        self.loop.outbox.socket_count = <int>len(self.sockets)

    cdef int watch(self, int fd, int number) except -1:
        cdef epoll_event event
        memset(&event, 0, sizeof(event))
        event.events = EPOLLIN
        event.data.u32 = number
        if epoll_ctl(self.loop.epoll, EPOLL_CTL_ADD, fd, &event) < 0:
            raise OSError("epoll refuses a socket")
        return 0

    def __dealloc__(self):
        self.halt()
        self.clear()
        forwarder_free(self.forwarder)
        if self.loop != NULL:
            if not self.stopped:
                close(self.loop.epoll)
                close(self.loop.wake)
                close(self.loop.told)
            free(self.loop)

    def start(self):
        if self.running or self.stopped:
            raise RuntimeError("a plane thread starts once")
        if pthread_create(&self.loop.thread, NULL, run, self.loop) != 0:
            raise OSError("no thread")
        self.running = True

    cdef void halt(self) noexcept:
        """Ends the thread, then does what it was still told."""
        if not self.running:
            return
        self.running = False
        atomic_store(&self.loop.stopping, 1)
        ring_bell(self.loop.wake)
        with nogil:
            pthread_join(self.loop.thread, NULL)
        run_commands(self.loop)

    def stop(self):
        if self.stopped:
            return
        self.halt()
        self.stopped = True
        for opened in self.sockets:
            opened.close()
        close(self.loop.epoll)
        close(self.loop.wake)
        close(self.loop.told)

    cdef int submit(self, Command *command) except -1:
        if not self.running:
            return Plane.submit(self, command)
        if atomic_load(&self.loop.commands_waiting) >= MAX_COMMANDS:
            # Never seen while the thread lives; a caller that goes on would only hide that it does not.
            free(command)
            raise RuntimeError("the plane thread does not take commands")
        atomic_add(&self.loop.commands_waiting, 1)
        push(&self.loop.commands, <void **>command)
        ring_bell(self.loop.wake)
        return 0

    def fileno(self):
        return self.loop.told

    def poll(self, int limit=256):
        if self.stopped:
            return Plane.poll(self, limit)
        silence_bell(self.loop.told)
        events = Plane.poll(self, limit)
        if self.pending != NULL:
            ring_bell(self.loop.told)
        return events

    def send(self, int socket, tuple address, bytes datagram):
        if self.stopped:
            return
        try:
            self.sockets[socket].sendto(datagram, sockets.MSG_DONTWAIT, address)
        except OSError:
            pass                # full, or the address cannot be reached: lost, as on a network


cdef object bound(tuple address):
    """A UDP socket with large buffers. Raises OSError."""
    host, port = address
    family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
    opened = sockets.socket(family, sockets.SOCK_DGRAM | sockets.SOCK_NONBLOCK | sockets.SOCK_CLOEXEC)
    try:
        if family == sockets.AF_INET6:
            opened.setsockopt(sockets.IPPROTO_IPV6, sockets.IPV6_V6ONLY, 1)
        for force, ordinary in ((_SO_RCVBUFFORCE, sockets.SO_RCVBUF), (_SO_SNDBUFFORCE, sockets.SO_SNDBUF)):
            try:
                opened.setsockopt(sockets.SOL_SOCKET, force, SOCKET_BUFFER)
            except PermissionError:
                opened.setsockopt(sockets.SOL_SOCKET, ordinary, SOCKET_BUFFER)
        opened.setsockopt(sockets.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        opened.bind((host, port))
    except BaseException:
        opened.close()
        raise
    return opened
