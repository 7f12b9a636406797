"""The Python side of the native load engine: numbers to pointers, values to structs; contract in `engine.pyi`."""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

import os
import threading

from benchmarks.load.endpoint cimport (
    HISTOGRAM_BUCKETS, KIND_AUDIO, KIND_NONE, KIND_RTX, KIND_VIDEO, OFFLOAD_BUFFER, SINGLE_BUFFER, Endpoint, Source,
    Stream, take_datagram,
)
from benchmarks.load.feedback cimport flush_nacks, send_to_remote
from benchmarks.load.linux cimport (
    CLOCK_MONOTONIC, SO_RCVBUF, SOL_SOCKET, clock_ns, fill_address, getsockopt, sockaddr_storage,
)
from benchmarks.load.loop cimport (
    MAX_ENDPOINTS, MAX_SOURCES, Loop, close_loop, lock, open_loop, remove_endpoint, remove_source, ring, run_loop,
    unlock, watch,
)
from benchmarks.load.source cimport make_source
from benchmarks.load.streams cimport clock_rate, lost_of
from benchmarks.load.wire cimport MAX_PACKET
from sfu.plane.srtp cimport SRTP_OK, SRTP_TRAILER, SrtpSession, srtp_close, srtp_open, srtp_protect

from benchmarks.load import model

cdef enum:
    MS = 1000000                # ns
    DATAGRAM_MEMORY = 2304      # bytes that the kernel books for a datagram of 1200
    BUFFER_SHARE = 8            # a read should find at most this part of the socket's buffer in use


cdef class LoadEngine:
    cdef Loop *loop
    cdef object thread
    cdef dict endpoints         # number -> index in the loop, or EndpointStats and StreamStats once it is removed
    cdef dict sources           # number -> index in the loop, or SourceStats
    cdef int64_t cpu_ns         # of threads that have ended

    def __cinit__(self, *, int control_fd, int capture_fd=-1, int drain_ms=32, bint gro=False):
        self.endpoints, self.sources = {}, {}
        self.loop = <Loop *>calloc(1, sizeof(Loop))
        if self.loop == NULL:
            raise MemoryError
        if open_loop(self.loop, OFFLOAD_BUFFER if gro else SINGLE_BUFFER) < 0:
            raise OSError("no memory or file descriptors for the load engine")
        self.loop.batch.control_fd, self.loop.batch.capture_fd = control_fd, capture_fd
        self.loop.drain_interval = max(drain_ms, 1) * MS

    def __dealloc__(self):
        if self.loop != NULL:
            close_loop(self.loop)
            free(self.loop)

    def start(self):
        self.loop.stopping = False
        self.thread = threading.Thread(target=self.run, name="load", daemon=True)
        self.thread.start()

    def stop(self):
        self.loop.stopping = True
        ring(self.loop)
        if self.thread is not None:
            self.thread.join()
            self.thread = None

    def run(self):
        with nogil:
            run_loop(self.loop)
            self.cpu_ns += clock_ns(self.loop.cpu_clock)
            self.loop.cpu_clock = 0

    cdef void hold(self) noexcept:
        """Wait for the mutex without the GIL."""
        with nogil:
            lock(self.loop)

    cdef Endpoint *endpoint(self, number) except NULL:
        index = self.endpoints.get(number)
        if not isinstance(index, int):
            raise ValueError(f"no endpoint {number}, or it has been removed")
        return self.loop.endpoints[<int>index]

    cdef Source *source(self, number) except NULL:
        index = self.sources.get(number)
        if not isinstance(index, int):
            raise ValueError(f"no source {number}, or its endpoint has been removed")
        return self.loop.sources[<int>index]

    def add_endpoint(self, int fd, *, int sample=1, long long remb=0):
        if self.loop.endpoint_count == MAX_ENDPOINTS:
            raise ValueError(f"an engine takes {MAX_ENDPOINTS} endpoints at a time")
        cdef Endpoint *endpoint = <Endpoint *>calloc(1, sizeof(Endpoint))
        cdef int failed
        if endpoint == NULL:
            raise MemoryError
        endpoint.number = len(self.endpoints)
        endpoint.fd, endpoint.sample, endpoint.remb, endpoint.open = fd, max(sample, 1), remb, True
        endpoint.ssrc = endpoint.chance = 1 + endpoint.number
        endpoint.quota = quota_of(fd)
        endpoint.report_at = clock_ns(CLOCK_MONOTONIC) + (endpoint.number * 37 % 1000) * MS
        self.hold()
        failed = watch(self.loop, endpoint)
        unlock(self.loop)
        if failed:
            free(endpoint)
            raise ValueError(f"cannot watch file descriptor {fd}")
        self.endpoints[endpoint.number] = self.loop.endpoint_count - 1
        return endpoint.number

    def remove_endpoint(self, number):
        if isinstance(self.endpoints.get(number), tuple):
            return
        cdef Endpoint *item = self.endpoint(number)
        cdef int index = self.endpoints[number]
        cdef Source *source
        self.hold()
        source = item.sources
        while source != NULL:
            source.active = False
            source = source.next_of_endpoint
        unlock(self.loop)
        while item.sources != NULL:
            self.end_source(item, item.sources)
        self.endpoints[number] = self.endpoint_stats(number), tuple(self.stream_stats(number))
        self.hold()
        remove_endpoint(self.loop, index)
        unlock(self.loop)
        if index < self.loop.endpoint_count:
            self.endpoints[self.loop.endpoints[index].number] = index

    cdef int end_source(self, Endpoint *owner, Source *source) except -1:
        cdef uint32_t number = source.number
        cdef int index = self.sources[number]
        self.sources[number] = self.source_stats(number)
        self.hold()
        owner.sources = source.next_of_endpoint
        remove_source(self.loop, index)
        unlock(self.loop)
        if index < self.loop.source_count:
            self.sources[self.loop.sources[index].number] = index
        return 0

    def set_remote(self, endpoint, tuple address):
        cdef Endpoint *item = self.endpoint(endpoint)
        cdef sockaddr_storage storage
        cdef bytes host = address[0].encode()
        cdef unsigned int length = fill_address(&storage, host, address[1])
        if length == 0:
            raise ValueError(f"not a numeric address: {address[0]}")
        self.hold()
        item.remote, item.remote_length = storage, length
        unlock(self.loop)

    def set_srtp(self, endpoint, int profile, bytes local_key, bytes remote_key):
        cdef Endpoint *item = self.endpoint(endpoint)
        cdef SrtpSession inbound, outbound
        srtp_open(&outbound, profile, local_key, True)
        try:
            srtp_open(&inbound, profile, remote_key, False)
        except BaseException:
            srtp_close(&outbound)
            raise
        self.hold()
        srtp_close(&item.inbound)
        srtp_close(&item.outbound)
        item.inbound, item.outbound = inbound, outbound
        unlock(self.loop)

    def set_payload(self, endpoint, int payload_type, int kind, int codec=0):
        if not 0 <= payload_type < 128:
            raise ValueError(f"no payload type: {payload_type}")
        cdef Endpoint *item = self.endpoint(endpoint)
        self.hold()
        item.kinds[payload_type] = <uint8_t>kind
        item.codecs[payload_type] = <uint8_t>(codec if kind == KIND_VIDEO else 0)
        unlock(self.loop)

    def set_capture(self, endpoint, bint captured):
        self.endpoint(endpoint).captured = captured

    def read_whole(self):
        self.loop.batch.whole = True

    def send_packet(self, endpoint, bytes packet):
        cdef Endpoint *item = self.endpoint(endpoint)
        cdef uint8_t out[MAX_PACKET]
        cdef int length = <int>len(packet)
        if length > MAX_PACKET - SRTP_TRAILER:
            raise ValueError(f"a packet of {length} bytes does not fit")
        memcpy(out, <const char *>packet, length)
        self.hold()
        if srtp_protect(&item.outbound, out, &length) == SRTP_OK:
            send_to_remote(item, out, length)
        unlock(self.loop)

    def add_source(self, endpoint, rhythm, format, *, long long phase_ns=0):
        if self.loop.source_count == MAX_SOURCES:
            raise ValueError(f"an engine takes {MAX_SOURCES} sources at a time")
        cdef Endpoint *owner = self.endpoint(endpoint)
        cdef Source *source = make_source(owner, rhythm, format)
        source.number, source.active = len(self.sources), True
        source.next_at = clock_ns(CLOCK_MONOTONIC) + phase_ns
        self.sources[source.number] = self.loop.source_count
        self.hold()
        source.next_of_endpoint = owner.sources
        owner.sources = source
        self.loop.sources[self.loop.source_count] = source
        self.loop.source_count += 1
        unlock(self.loop)
        ring(self.loop)
        return source.number

    def pause_source(self, source, bint paused):
        cdef Source *item = self.source(source)
        self.hold()
        item.active = not paused
        item.next_at = clock_ns(CLOCK_MONOTONIC)
        unlock(self.loop)
        ring(self.loop)

    def receive(self, endpoint, bytes datagram):
        cdef Endpoint *item = self.endpoint(endpoint)
        cdef int length = <int>len(datagram)
        if length > MAX_PACKET:
            raise ValueError(f"a datagram of {length} bytes does not fit")
        self.hold()
        memcpy(self.loop.batch.buffers, <const char *>datagram, length)
        take_datagram(item, &self.loop.batch, self.loop.batch.buffers, length, length, clock_ns(CLOCK_MONOTONIC))
        if item.nack_count:
            flush_nacks(item)
        unlock(self.loop)

    def endpoint_stats(self, endpoint):
        if isinstance(self.endpoints.get(endpoint), tuple):
            return self.endpoints[endpoint][0]
        cdef Endpoint *item = self.endpoint(endpoint)
        cdef long long lost = 0, late = 0
        cdef int streams = 0
        cdef int i
        self.hold()
        for i in range(item.stream_slots):
            if item.streams[i].kind in (KIND_AUDIO, KIND_VIDEO):
                lost += lost_of(&item.streams[i])
                late += item.streams[i].late
                streams += 1
        unlock(self.loop)
        return model.EndpointStats(
            packets=item.packets, octets=item.octets, lost=lost, late=late, retransmitted=item.retransmitted,
            decrypted=item.decrypted, refused=item.refused, unknown=item.unknown, plis=item.plis, nacks=item.nacked,
            control=item.control, streams=streams, first_packet=item.first_packet / 1e9,
            first_key_frame=item.first_key_frame / 1e9,
        )

    def stream_stats(self, endpoint):
        if isinstance(self.endpoints.get(endpoint), tuple):
            return list(self.endpoints[endpoint][1])
        cdef Endpoint *item = self.endpoint(endpoint)
        cdef Stream *stream
        cdef int i
        found = []
        self.hold()
        for i in range(item.stream_slots):
            stream = &item.streams[i]
            if stream.kind not in (KIND_NONE, KIND_RTX):
                found.append(model.StreamStats(
                    stream.ssrc, model.Kind(stream.kind), stream.received, lost_of(stream), stream.late,
                    stream.jitter / 16.0 / clock_rate(stream.kind),
                ))
        unlock(self.loop)
        return found

    def source_stats(self, source):
        if isinstance(self.sources.get(source), tuple):
            return self.sources[source]
        cdef Source *item = self.source(source)
        return model.SourceStats(item.packets, item.octets, item.key_frames, item.skipped)

    def latencies(self, int kind):
        cdef int i
        if kind not in (KIND_AUDIO, KIND_VIDEO):
            raise ValueError(f"no latencies of kind {kind}")
        return [self.loop.batch.latency[kind].counts[i] for i in range(HISTOGRAM_BUCKETS)]

    def longest(self, int kind):
        if kind not in (KIND_AUDIO, KIND_VIDEO):
            raise ValueError(f"no latencies of kind {kind}")
        return self.loop.batch.latency[kind].max / 1e9

    def reset_latencies(self):
        self.hold()
        memset(self.loop.batch.latency, 0, sizeof(self.loop.batch.latency))
        unlock(self.loop)

    def thread_seconds(self):
        cdef int64_t running = clock_ns(self.loop.cpu_clock) if self.loop.cpu_clock else 0
        return (self.cpu_ns + running) / 1e9

    def cost(self):
        times = os.times()
        return model.ClientCost(
            process=times.user + times.system, engine=self.thread_seconds(), wakeups=self.loop.wakeups,
            reads=self.loop.batch.reads, datagrams=self.loop.batch.datagrams,
        )


cdef int quota_of(int fd) noexcept:
    """Datagrams of a read that leave most of the buffer free; the kernel may have given less than was asked for."""
    cdef int size = 0
    cdef unsigned int length = sizeof(size)
    getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &length)
    return max(size // DATAGRAM_MEMORY // BUFFER_SHARE, 4)
