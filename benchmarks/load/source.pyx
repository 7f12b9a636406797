"""Synthetic media of a publisher: VP8-like frames and Opus-like packets, stamped, protected, sent."""

from libc.stdint cimport int64_t, uint8_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

from benchmarks.load.endpoint cimport KIND_AUDIO, Kind
from benchmarks.load.feedback cimport send_rtcp, send_to_remote
from benchmarks.load.linux cimport CLOCK_MONOTONIC, clock_ns
from benchmarks.load.wire cimport (
    MAX_PACKET, STAMP_AT, STAMP_SIZE, Stamp, write_head, write_sender_report, write_stamp, write_vp8,
)
from sfu.plane.srtp cimport SRTP_OK, SRTP_TRAILER, srtp_protect

cdef enum:
    SECOND = 1000000000         # ns
    CATCH_UP = 100000000        # ns: a client later than this skips packets and says so
    OPUS_TOC = 0x78             # CELT, fullband, 20 ms, mono, one frame: RFC 6716 section 3.1
    NTP_EPOCH = 2208988800      # seconds from 1900 to 1970, RFC 5905 section 6
    HEADER_ROOM = 40            # bytes of RTP header with a mid of 16 letters and an audio level


cdef Source *make_source(Endpoint *endpoint, rhythm, format) except NULL:
    cdef bytes mid = format.mid.encode()
    cdef Source *source
    if not HEADER_ROOM + STAMP_AT + STAMP_SIZE <= rhythm.size <= MAX_PACKET - SRTP_TRAILER:
        raise ValueError(f"packets of {rhythm.size} bytes do not fit")
    if len(mid) > 16:
        raise ValueError(f"mid is too long: {format.mid}")
    source = <Source *>calloc(1, sizeof(Source))
    if source == NULL:
        raise MemoryError
    source.endpoint = endpoint
    try:
        fill_head(source, format, mid)
        fill_rhythm(source, rhythm)
    except BaseException:
        free(source)
        raise
    return source


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


cdef int64_t emit_due(Source *source, int64_t now, int64_t clock_offset) noexcept nogil:
    cdef int _
    if source.endpoint.remote_length == 0:
        return now + SECOND
    while source.next_at <= now:
        if now - source.next_at > CATCH_UP:
            source.skipped += source.burst
        else:
            for _ in range(source.burst):
                emit(source)
        source.next_at += source.interval
    if now >= source.report_at:
        source.report_at = now + SECOND
        report(source, now + clock_offset)
    return source.next_at


cdef void emit(Source *source) noexcept nogil:
    """One packet. The stamp is taken last, so only protecting and the system call come after it."""
    cdef uint8_t out[MAX_PACKET]
    cdef Stamp stamp
    cdef int header, length
    if source.kind == KIND_AUDIO:
        source.head.timestamp += source.timestamp_step
    else:
        begin_packet(source)
    header = write_head(out, &source.head)
    memset(out + header, source.packets & 0xFF, source.size - header)
    if source.kind == KIND_AUDIO:
        out[header] = OPUS_TOC
    else:
        write_vp8(out + header, source.position == 0, source.key, source.picture, source.tl0)
    stamp.sent = clock_ns(CLOCK_MONOTONIC)
    stamp.source, stamp.number = source.number, source.packets
    write_stamp(out + header, &stamp)
    length = source.size
    if srtp_protect(&source.endpoint.outbound, out, &length) == SRTP_OK:
        send_to_remote(source.endpoint, out, length)
        source.octets += source.size - header
        source.packets += 1
    source.head.sequence += 1
    source.position += 1


cdef void begin_packet(Source *source) noexcept nogil:
    """Move on to the next frame when this one is complete; a key frame starts only there."""
    if source.position >= source.frame_packets:
        source.position = 0
        source.picture = (source.picture + 1) & 0x7FFF
        source.tl0 += 1
        source.head.timestamp += source.timestamp_step
        source.key = source.key_wanted
        source.key_wanted = False
        source.key_frames += source.key
    source.head.marker = source.position == source.frame_packets - 1


cdef void report(Source *source, int64_t wall) noexcept nogil:
    cdef uint8_t out[MAX_PACKET]
    cdef uint64_t ntp = <uint64_t>(wall // SECOND + NTP_EPOCH) << 32
    ntp |= (<uint64_t>(wall % SECOND) << 32) // SECOND
    send_rtcp(
        source.endpoint,
        out,
        write_sender_report(
            out, source.head.ssrc, ntp, source.head.timestamp, source.packets, <unsigned int>source.octets
        ),
    )
