"""The thread that drives all endpoints and sources of a load client, without the GIL; contract in `engine.pyi`."""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

import threading

from benchmarks.load.endpoint cimport (
    KIND_AUDIO, KIND_NONE, KIND_RTX, KIND_VIDEO, Endpoint, Kind, ReceiveBatch, Source, Stream, BATCH,
    HISTOGRAM_BUCKETS, RECEIVE_BUFFER, STREAM_SLOTS, clock_rate, drain, lost_of, prepare, report, send_to_remote,
)
from benchmarks.load.linux cimport (
    AF_INET, AF_INET6, CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_THREAD_CPUTIME_ID, clock_ns, htons, inet_pton,
    pthread_mutex_destroy, pthread_mutex_init, pthread_mutex_lock, pthread_mutex_t, pthread_mutex_unlock, sleep_until,
    sockaddr_in, sockaddr_in6, sockaddr_storage,
)
from benchmarks.load.source cimport emit_due
from benchmarks.load.wire cimport MAX_PACKET, STAMP_AT, STAMP_SIZE
from sfu.plane.srtp cimport SRTP_OK, SRTP_TRAILER, SrtpSession, srtp_close, srtp_open, srtp_protect

from benchmarks.load import model

cdef enum:
    TICK = 1000000              # ns: the grid on which sources send
    REPORT_INTERVAL = 1000000000    # ns between receiver reports of one endpoint
    MAX_ENDPOINTS = 2048
    MAX_SOURCES = 2048
    HEADER_ROOM = 64            # bytes that header and extensions may take in front of a payload


cdef class LoadEngine:
    cdef Endpoint *endpoints[MAX_ENDPOINTS]
    cdef Source *sources[MAX_SOURCES]
    cdef int endpoint_count, source_count
    cdef ReceiveBatch *batch
    cdef pthread_mutex_t mutex
    cdef int64_t drain_interval
    cdef int64_t cpu_ns
    cdef volatile bint stopping
    cdef object thread

    def __cinit__(self, *, int control_fd, int capture_fd=-1, int drain_ms=10):
        pthread_mutex_init(&self.mutex, NULL)
        self.batch = <ReceiveBatch *>calloc(1, sizeof(ReceiveBatch))
        if self.batch == NULL:
            raise MemoryError
        self.batch.buffers = <uint8_t *>calloc(BATCH, RECEIVE_BUFFER)
        if self.batch.buffers == NULL:
            raise MemoryError
        prepare(self.batch)
        self.batch.control_fd, self.batch.capture_fd = control_fd, capture_fd
        self.drain_interval = drain_ms * TICK
        self.thread = None

    def __dealloc__(self):
        cdef int i
        for i in range(self.endpoint_count):
            srtp_close(&self.endpoints[i].inbound)
            srtp_close(&self.endpoints[i].outbound)
            free(self.endpoints[i])
        for i in range(self.source_count):
            free(self.sources[i])
        if self.batch != NULL:
            free(self.batch.buffers)
            free(self.batch)
        pthread_mutex_destroy(&self.mutex)

    def start(self):
        self.stopping = False
        self.thread = threading.Thread(target=self.run, name="load", daemon=True)
        self.thread.start()

    def stop(self):
        self.stopping = True
        if self.thread is not None:
            self.thread.join()
            self.thread = None

    def run(self):
        with nogil:
            self.loop()

    cdef void loop(self) noexcept nogil:
        cdef int64_t drain_at = clock_ns(CLOCK_MONOTONIC)
        cdef int64_t now, source_at, clock_offset
        cdef int i
        while not self.stopping:
            pthread_mutex_lock(&self.mutex)
            now = clock_ns(CLOCK_MONOTONIC)
            clock_offset = clock_ns(CLOCK_REALTIME) - now
            source_at = now + self.drain_interval
            for i in range(self.source_count):
                if self.sources[i].active:
                    source_at = min(source_at, emit_due(self.sources[i], now, clock_offset))
            if now >= drain_at:
                drain_at = now + self.drain_interval
                self.drain_all(now, clock_offset)
            self.cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID)
            pthread_mutex_unlock(&self.mutex)
            sleep_until((min(source_at, drain_at) + TICK - 1) // TICK * TICK)

    cdef void drain_all(self, int64_t now, int64_t clock_offset) noexcept nogil:
        cdef int i
        cdef Endpoint *endpoint
        for i in range(self.endpoint_count):
            endpoint = self.endpoints[i]
            if not endpoint.open:
                continue
            drain(endpoint, self.batch, now, clock_offset)
            if now >= endpoint.report_at:
                endpoint.report_at = now + REPORT_INTERVAL
                report(endpoint, now)

    cdef void lock(self) noexcept:
        """Wait for the mutex without the GIL."""
        with nogil:
            pthread_mutex_lock(&self.mutex)

    cdef Endpoint *endpoint(self, int index) except NULL:
        if not 0 <= index < self.endpoint_count:
            raise ValueError(f"no endpoint {index}")
        return self.endpoints[index]

    cdef Source *source(self, int index) except NULL:
        if not 0 <= index < self.source_count:
            raise ValueError(f"no source {index}")
        return self.sources[index]

    def add_endpoint(self, int fd, *, int sample=1, long long remb=0):
        if self.endpoint_count == MAX_ENDPOINTS:
            raise ValueError("too many endpoints")
        cdef Endpoint *endpoint = <Endpoint *>calloc(1, sizeof(Endpoint))
        if endpoint == NULL:
            raise MemoryError
        endpoint.index, endpoint.fd, endpoint.sample, endpoint.remb = self.endpoint_count, fd, max(sample, 1), remb
        endpoint.ssrc = 1 + <uint32_t>self.endpoint_count
        endpoint.report_at = clock_ns(CLOCK_MONOTONIC) + (self.endpoint_count * 37 % 1000) * TICK
        endpoint.open = True
        self.lock()
        self.endpoints[self.endpoint_count] = endpoint
        self.endpoint_count += 1
        pthread_mutex_unlock(&self.mutex)
        return endpoint.index

    def remove_endpoint(self, int endpoint):
        cdef Endpoint *item = self.endpoint(endpoint)
        cdef Source *source
        self.lock()
        item.open = False
        source = item.sources
        while source != NULL:
            source.active = False
            source = source.next_of_endpoint
        pthread_mutex_unlock(&self.mutex)

    def set_remote(self, int endpoint, tuple address):
        cdef Endpoint *item = self.endpoint(endpoint)
        cdef sockaddr_storage storage
        cdef unsigned int length = fill_address(&storage, address[0].encode(), address[1])
        if length == 0:
            raise ValueError(f"not a numeric address: {address[0]}")
        self.lock()
        item.remote, item.remote_length = storage, length
        pthread_mutex_unlock(&self.mutex)

    def set_srtp(self, int endpoint, int profile, bytes local_key, bytes remote_key):
        cdef Endpoint *item = self.endpoint(endpoint)
        cdef SrtpSession inbound, outbound
        srtp_open(&outbound, profile, local_key, True)
        srtp_open(&inbound, profile, remote_key, False)
        self.lock()
        srtp_close(&item.inbound)
        srtp_close(&item.outbound)
        item.inbound, item.outbound = inbound, outbound
        pthread_mutex_unlock(&self.mutex)

    def set_payload(self, int endpoint, int payload_type, int kind, int codec=0):
        if not 0 <= payload_type < 128:
            raise ValueError(f"no payload type: {payload_type}")
        cdef Endpoint *item = self.endpoint(endpoint)
        self.lock()
        item.kinds[payload_type] = <uint8_t>kind
        item.codecs[payload_type] = <uint8_t>(codec if kind == KIND_VIDEO else 0)
        pthread_mutex_unlock(&self.mutex)

    def set_capture(self, int endpoint, bint captured):
        self.endpoint(endpoint).captured = captured

    def send_packet(self, int endpoint, bytes packet):
        cdef Endpoint *item = self.endpoint(endpoint)
        cdef uint8_t out[MAX_PACKET]
        cdef int length = <int>len(packet)
        if length > MAX_PACKET - SRTP_TRAILER:
            raise ValueError(f"a packet of {length} bytes does not fit")
        memcpy(out, <const char *>packet, length)
        self.lock()
        if item.open and srtp_protect(&item.outbound, out, &length) == SRTP_OK:
            send_to_remote(item, out, length)
        pthread_mutex_unlock(&self.mutex)

    def add_source(self, int endpoint, rhythm, format, *, long long phase_ns=0):
        if self.source_count == MAX_SOURCES:
            raise ValueError("too many sources")
        if not HEADER_ROOM + STAMP_AT + STAMP_SIZE <= rhythm.size + 32 <= MAX_PACKET:
            raise ValueError(f"packets of {rhythm.size} bytes do not fit")
        cdef Endpoint *owner = self.endpoint(endpoint)
        cdef bytes mid = format.mid.encode()
        if len(mid) > 16:
            raise ValueError(f"mid is too long: {format.mid}")
        cdef Source *source = <Source *>calloc(1, sizeof(Source))
        if source == NULL:
            raise MemoryError
        fill_head(source, format, mid)
        fill_rhythm(source, rhythm)
        source.endpoint, source.index, source.active = owner, self.source_count, True
        source.next_at = clock_ns(CLOCK_MONOTONIC) + phase_ns
        self.lock()
        source.next_of_endpoint = owner.sources
        owner.sources = source
        self.sources[self.source_count] = source
        self.source_count += 1
        pthread_mutex_unlock(&self.mutex)
        return source.index

    def pause_source(self, int source, bint paused):
        cdef Source *item = self.source(source)
        self.lock()
        item.active = item.endpoint.open and not paused
        item.next_at = clock_ns(CLOCK_MONOTONIC)
        pthread_mutex_unlock(&self.mutex)

    def endpoint_stats(self, int endpoint):
        cdef Endpoint *item = self.endpoint(endpoint)
        streams = self.stream_stats(endpoint)
        return model.EndpointStats(
            packets=item.packets, octets=item.octets, lost=sum(stream.lost for stream in streams),
            late=sum(stream.late for stream in streams), retransmitted=item.retransmitted, decrypted=item.decrypted,
            refused=item.refused, unknown=item.unknown, plis=item.plis, nacks=item.nacked, control=item.control,
            streams=len(streams), first_packet=item.first_packet / 1e9, first_key_frame=item.first_key_frame / 1e9,
        )

    def stream_stats(self, int endpoint):
        cdef Endpoint *item = self.endpoint(endpoint)
        cdef Stream *stream
        cdef int i
        found = []
        self.lock()
        for i in range(STREAM_SLOTS):
            stream = &item.streams[i]
            if stream.kind not in (KIND_NONE, KIND_RTX):
                found.append(model.StreamStats(
                    stream.ssrc, model.Kind(stream.kind), stream.received, lost_of(stream), stream.late,
                    stream.jitter / 16.0 / clock_rate(stream.kind),
                ))
        pthread_mutex_unlock(&self.mutex)
        return found

    def source_stats(self, int source):
        cdef Source *item = self.source(source)
        return model.SourceStats(item.number, item.octets, item.key_frames, item.skipped)

    def latencies(self, int kind):
        cdef int i
        if kind not in (KIND_AUDIO, KIND_VIDEO):
            raise ValueError(f"no latencies of kind {kind}")
        return [self.batch.latency[kind].counts[i] for i in range(HISTOGRAM_BUCKETS)]

    def longest(self, int kind):
        if kind not in (KIND_AUDIO, KIND_VIDEO):
            raise ValueError(f"no latencies of kind {kind}")
        return self.batch.latency[kind].max / 1e9

    def reset_latencies(self):
        self.lock()
        memset(self.batch.latency, 0, sizeof(self.batch.latency))
        pthread_mutex_unlock(&self.mutex)

    def thread_seconds(self):
        return self.cpu_ns / 1e9


cdef unsigned int fill_address(sockaddr_storage *storage, bytes host, int port) noexcept:
    """The length of the address, or 0 when it is not a numeric one."""
    cdef sockaddr_in *four = <sockaddr_in *>storage
    cdef sockaddr_in6 *six = <sockaddr_in6 *>storage
    memset(storage, 0, sizeof(sockaddr_storage))
    if inet_pton(AF_INET, host, &four.sin_addr) == 1:
        four.sin_family, four.sin_port = <unsigned short>AF_INET, htons(port)
        return sizeof(sockaddr_in)
    if inet_pton(AF_INET6, host, &six.sin6_addr) == 1:
        six.sin6_family, six.sin6_port = <unsigned short>AF_INET6, htons(port)
        return sizeof(sockaddr_in6)
    return 0


cdef int fill_head(Source *source, format, bytes mid) except -1:
    source.head.ssrc, source.head.payload_type = format.ssrc, format.payload_type
    source.head.sequence = format.ssrc * 7919 & 0xFFFF
    source.head.timestamp = format.ssrc * 2654435761 & 0xFFFFFFFF
    source.head.mid_id = format.mid_extension if mid else 0
    source.head.mid_length = <uint8_t>len(mid)
    memcpy(source.head.mid, <const char *>mid, len(mid))
    source.head.level_id, source.head.level = format.level_extension, 30
    return 0


cdef int fill_rhythm(Source *source, rhythm) except -1:
    source.kind = <Kind><int>rhythm.kind
    source.size, source.burst = rhythm.size, rhythm.burst
    source.interval = 1_000_000_000 * rhythm.burst // rhythm.packets_per_second
    if source.kind == KIND_AUDIO:
        source.timestamp_step = 48000 // rhythm.packets_per_second
        return 0
    source.frame_packets = max(1, rhythm.packets_per_second // rhythm.frames_per_second)
    source.timestamp_step = 90_000 * source.frame_packets // rhythm.packets_per_second
    source.position = source.frame_packets
    source.key_wanted = True
    return 0
