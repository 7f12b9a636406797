"""Receive a burst, open it once, copy, patch and seal it for each receiver, send: nothing else. See `floor.pyi`."""

from libc.stdint cimport int64_t, uint8_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

import os
import socket
import struct
from collections import namedtuple
from statistics import median

from benchmarks.load.linux cimport (
    AF_INET, CLOCK_MONOTONIC, MSG_DONTWAIT, ask_segments, clock_ns, htons, inet_pton, iovec, mmsghdr, recvmmsg,
    sendmmsg, sendto, sockaddr, sockaddr_in,
)
from benchmarks.load.wire cimport MAX_PACKET, RTP_HEADER, put16, write_head
from sfu.plane.srtp cimport SRTP_OK, SRTP_TRAILER, srtp_close, srtp_open, srtp_protect, srtp_unprotect

cdef enum:
    STEP_COUNT = 5
    SMALLEST = 64               # bytes of a packet

STEPS = ("receive", "unprotect", "rewrite", "protect", "send")
Steps = namedtuple("Steps", STEPS)
SOCKET_BUFFER = 4 << 20  # bytes
PATIENCE = struct.pack("ll", 1, 0)  # timeval: how long a packet is waited for
KEY_LENGTHS = {1: 30, 7: 28}


cdef class FloorLoop:
    """See `floor.pyi`."""

    def __cinit__(self):
        self.floor = NULL
        self.sockets = []

    def __init__(self, *, int profile, int receivers, int burst=1, bint offload=False, int size=1200):
        cdef Floor *floor
        if not (0 < receivers <= MAX_RECEIVERS and 0 < burst <= MAX_BURST):
            raise ValueError("receivers or burst do not fit")
        if not SMALLEST <= size <= MAX_PACKET - SRTP_TRAILER:
            raise ValueError("the size does not fit")
        floor = self.floor = <Floor *>calloc(1, sizeof(Floor))
        if floor == NULL:
            raise MemoryError
        floor.receivers, floor.burst, floor.size, floor.offload = receivers, burst, size, offload
        floor.head.payload_type, floor.head.ssrc = 96, 0x5EED
        floor.outgoing = <uint8_t *>calloc(receivers * burst, MAX_PACKET)
        floor.messages_out = <mmsghdr *>calloc(receivers * burst, sizeof(mmsghdr))
        floor.vectors_out = <iovec *>calloc(receivers * burst, sizeof(iovec))
        if floor.outgoing == NULL or floor.messages_out == NULL or floor.vectors_out == NULL:
            raise MemoryError
        try:
            self.open_sockets()
            open_sessions(floor, profile)
        except BaseException:
            self.close()
            raise

    def __dealloc__(self):
        cdef int i
        if self.floor == NULL:
            return
        srtp_close(&self.floor.sealing)
        srtp_close(&self.floor.opening)
        for i in range(self.floor.receivers):
            srtp_close(&self.floor.sessions[i])
        free(self.floor.outgoing)
        free(self.floor.messages_out)
        free(self.floor.vectors_out)
        free(self.floor)

    def open_sockets(self):
        cdef Floor *floor = self.floor
        cdef int i
        self.sockets = [udp() for _ in range(floor.receivers + 2)]
        publisher, server, *sinks = self.sockets
        floor.publisher, floor.server = publisher.fileno(), server.fileno()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, PATIENCE)
        fill(&floor.server_address, server.getsockname())
        for i, opened in enumerate(sinks):
            floor.sinks[i] = opened.fileno()
            fill(&floor.addresses[i], opened.getsockname())

    def close(self):
        for opened in self.sockets:
            opened.close()

    def steps(self, int iterations):
        cdef int64_t *times = <int64_t *>calloc(iterations, STEP_COUNT * sizeof(int64_t))
        cdef int status
        if times == NULL:
            raise MemoryError
        try:
            with nogil:
                status = forward(self.floor, iterations, times)
            if status < 0:
                raise OSError("the kernel refused the packets")
            packets = self.floor.receivers * self.floor.burst
            return Steps(*(
                median(times[turn * STEP_COUNT + step] for turn in range(iterations)) / packets
                for step in range(STEP_COUNT)
            ))
        finally:
            free(times)


def udp():
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
    made.bind(("127.0.0.1", 0))
    return made


cdef int fill(sockaddr_in *address, tuple name) except -1:
    cdef bytes host = name[0].encode()
    address.sin_family, address.sin_port = <unsigned short>AF_INET, htons(name[1])
    inet_pton(AF_INET, host, &address.sin_addr)
    return 0


cdef int open_sessions(Floor *floor, int profile) except -1:
    cdef int i
    key = os.urandom(KEY_LENGTHS[profile])
    srtp_open(&floor.sealing, profile, key, True)
    srtp_open(&floor.opening, profile, key, False)
    for i in range(floor.receivers):
        srtp_open(&floor.sessions[i], profile, os.urandom(KEY_LENGTHS[profile]), True)
    return 0


cdef int forward(Floor *floor, int iterations, int64_t *times) noexcept nogil:
    cdef int64_t at[STEP_COUNT + 1]
    cdef int turn, step
    for turn in range(iterations):
        if publish(floor) < 0:
            return -1
        at[0] = clock_ns(CLOCK_MONOTONIC)
        if receive(floor, MSG_DONTWAIT) < 0:
            return -1
        at[1] = clock_ns(CLOCK_MONOTONIC)
        if unprotect(floor) < 0:
            return -1
        at[2] = clock_ns(CLOCK_MONOTONIC)
        rewrite(floor)
        at[3] = clock_ns(CLOCK_MONOTONIC)
        if protect(floor) < 0:
            return -1
        at[4] = clock_ns(CLOCK_MONOTONIC)
        if deliver(floor) < 0:
            return -1
        at[5] = clock_ns(CLOCK_MONOTONIC)
        for step in range(STEP_COUNT):
            times[turn * STEP_COUNT + step] = at[step + 1] - at[step]
        sink(floor)
    return 0


cdef int publish(Floor *floor) noexcept nogil:
    cdef uint8_t packet[MAX_PACKET]
    cdef int _, length
    for _ in range(floor.burst):
        memset(packet, 0x55, floor.size)
        write_head(packet, &floor.head)
        floor.head.sequence += 1
        length = floor.size
        if srtp_protect(&floor.sealing, packet, &length) != SRTP_OK:
            return -1
        if sendto(
            floor.publisher, packet, length, 0, <const sockaddr *>&floor.server_address, sizeof(sockaddr_in)
        ) != length:
            return -1
    return 0


cdef int receive(Floor *floor, int flags) noexcept nogil:
    cdef int i
    for i in range(floor.burst):
        memset(&floor.messages_in[i], 0, sizeof(mmsghdr))
        floor.vectors_in[i].iov_base, floor.vectors_in[i].iov_len = &floor.incoming[i][0], MAX_PACKET
        floor.messages_in[i].msg_hdr.msg_iov, floor.messages_in[i].msg_hdr.msg_iovlen = &floor.vectors_in[i], 1
    if recvmmsg(floor.server, floor.messages_in, floor.burst, flags, NULL) != floor.burst:
        return -1
    for i in range(floor.burst):
        floor.lengths[i] = <int>floor.messages_in[i].msg_len
    return 0


cdef int unprotect(Floor *floor) noexcept nogil:
    cdef int i
    for i in range(floor.burst):
        if srtp_unprotect(&floor.opening, floor.incoming[i], &floor.lengths[i]) != SRTP_OK:
            return -1
    return 0


cdef void rewrite(Floor *floor) noexcept nogil:
    cdef int receiver, i
    cdef uint8_t *packet
    for receiver in range(floor.receivers):
        for i in range(floor.burst):
            packet = floor.outgoing + (receiver * floor.burst + i) * MAX_PACKET
            memcpy(packet, floor.incoming[i], floor.lengths[i])
            put16(packet + RTP_HEADER - 2, receiver)


cdef int protect(Floor *floor) noexcept nogil:
    cdef int receiver, i, length, slot
    for receiver in range(floor.receivers):
        for i in range(floor.burst):
            slot = receiver * floor.burst + i
            length = floor.lengths[i]
            if srtp_protect(&floor.sessions[receiver], floor.outgoing + slot * MAX_PACKET, &length) != SRTP_OK:
                return -1
            floor.vectors_out[slot].iov_base = floor.outgoing + slot * MAX_PACKET
            floor.vectors_out[slot].iov_len = length
    return 0


cdef int deliver(Floor *floor) noexcept nogil:
    cdef int per_message = floor.burst if floor.offload else 1
    cdef int total = floor.receivers * floor.burst // per_message
    cdef int i, receiver, done
    cdef int sent = 0
    cdef mmsghdr *message
    for i in range(total):
        message = &floor.messages_out[i]
        receiver = i * per_message // floor.burst
        memset(message, 0, sizeof(mmsghdr))
        message.msg_hdr.msg_name, message.msg_hdr.msg_namelen = &floor.addresses[receiver], sizeof(sockaddr_in)
        message.msg_hdr.msg_iov = &floor.vectors_out[i * per_message]
        message.msg_hdr.msg_iovlen = per_message
        if floor.offload and floor.burst > 1:
            ask_segments(
                &message.msg_hdr, floor.control[receiver], CONTROL,
                <unsigned short>floor.vectors_out[i * per_message].iov_len,
            )
    while sent < total:
        done = sendmmsg(floor.server, floor.messages_out + sent, total - sent, 0)
        if done <= 0:
            return -1
        sent += done
    return 0


cdef int sink(Floor *floor) noexcept nogil:
    cdef int receiver, i, found
    cdef int total = 0
    for i in range(MAX_BURST):
        memset(&floor.messages_sunk[i], 0, sizeof(mmsghdr))
        floor.vectors_sunk[i].iov_base, floor.vectors_sunk[i].iov_len = &floor.scrap[i][0], MAX_PACKET
        floor.messages_sunk[i].msg_hdr.msg_iov, floor.messages_sunk[i].msg_hdr.msg_iovlen = &floor.vectors_sunk[i], 1
    for receiver in range(floor.receivers):
        found = recvmmsg(floor.sinks[receiver], floor.messages_sunk, MAX_BURST, MSG_DONTWAIT, NULL)
        total += max(found, 0)
    return total
