"""Arrivals in, feedback messages out; and feedback messages in, times of sent packets out. Pure: see the `.pxd`.

The message, section 3.1 of the draft: base sequence, status count, reference time (64 ms units), message count,
then chunks of statuses, then a delta of 250 us for each packet that arrived.
"""

from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

from sfu.plane.wire cimport Reader, get16, get24, nanos, put16, put24, put32, take, unwrap16

cdef enum:
    TICK = 250000                   # ns, unit of deltas
    REFERENCE = 64000000            # ns, unit of the reference time
    HEADER = 20                     # RTCP header, two SSRCs and the fixed part of the FCI
    LOST = 0
    SMALL = 1
    LARGE = 2
    # Packets of one message. The worst case, a two byte delta each and seven statuses a chunk, fits TWCC_BYTES.
    PER_MESSAGE = 448


cdef void arrivals_put(Arrivals *arrivals, uint16_t sequence, nanos now) noexcept nogil:
    cdef int64_t number, skipped
    if not arrivals.started:
        arrivals.started = True
        number = 65536 + sequence
        arrivals.next = number
        arrivals.highest = number
    else:
        number = unwrap16(arrivals.highest, sequence)
        if number < arrivals.next:
            return                  # reported as lost; telling it again is optional
        if number - arrivals.highest > TWCC_WINDOW:
            memset(arrivals.at, 0, sizeof(arrivals.at))
            arrivals.next = number
            arrivals.highest = number
        for skipped in range(arrivals.highest + 1, number + 1):
            arrivals.at[skipped % TWCC_WINDOW] = 0
        if number > arrivals.highest:
            arrivals.highest = number
        if arrivals.highest - arrivals.next >= TWCC_WINDOW:
            arrivals.next = arrivals.highest - TWCC_WINDOW + 1
    if arrivals.at[number % TWCC_WINDOW] == 0:
        arrivals.at[number % TWCC_WINDOW] = now


cdef int arrivals_build(Arrivals *arrivals, uint8_t *out, uint32_t sender, uint32_t media) noexcept nogil:
    cdef uint8_t symbols[PER_MESSAGE]
    cdef int16_t deltas[PER_MESSAGE]
    cdef int count = 0, length, i
    cdef int64_t number, base, delta
    cdef nanos at, clock
    if not arrivals.started:
        return 0
    number = next_arrival(arrivals)
    if number < 0:
        return 0
    if number - arrivals.next >= PER_MESSAGE // 2:
        arrivals.next = number      # a long loss in front would crowd out what did arrive
    base = arrivals.next
    clock = arrivals.at[number % TWCC_WINDOW] / REFERENCE * REFERENCE
    put24(out + 16, <uint32_t>(clock / REFERENCE) & 0xFFFFFF)
    number = base
    while number <= arrivals.highest and count < PER_MESSAGE:
        at = arrivals.at[number % TWCC_WINDOW]
        symbols[count] = LOST
        if at:
            delta = (at - clock) / TICK if at >= clock else -((clock - at) / TICK)
            if delta > 32767 or delta < -32768:
                break               # the next message begins with its own reference time
            clock += delta * TICK
            symbols[count] = SMALL if 0 <= delta <= 255 else LARGE
            deltas[count] = <int16_t>delta
        count += 1
        number += 1
    arrivals.next = number
    length = put_chunks(out + HEADER, symbols, count) + HEADER
    for i in range(count):
        if symbols[i] == SMALL:
            out[length] = <uint8_t>deltas[i]
            length += 1
        elif symbols[i] == LARGE:
            put16(out + length, <uint16_t>deltas[i])
            length += 2
    while length % 4:
        out[length] = 0
        length += 1
    out[0] = 0x80 | 15              # RTPFB, FMT 15
    out[1] = 205
    put16(out + 2, length // 4 - 1)
    put32(out + 4, sender)
    put32(out + 8, media)
    put16(out + 12, <uint16_t>base)
    put16(out + 14, count)
    out[19] = arrivals.count
    arrivals.count = <uint8_t>(arrivals.count + 1)
    return length


cdef int64_t next_arrival(const Arrivals *arrivals) noexcept nogil:
    """The first number not reported yet that arrived, -1 = none."""
    cdef int64_t number
    for number in range(arrivals.next, arrivals.highest + 1):
        if arrivals.at[number % TWCC_WINDOW]:
            return number
    return -1


cdef int put_chunks(uint8_t *out, const uint8_t *symbols, int count) noexcept nogil:
    """Run lengths (section 3.1.3) where they pay, else vectors of seven two-bit symbols (3.1.4). Bytes written."""
    cdef int i = 0, run, k, length = 0
    cdef uint32_t chunk
    while i < count:
        run = 1
        while i + run < count and symbols[i + run] == symbols[i] and run < 8191:
            run += 1
        if run >= 7 or i + run == count:
            chunk = (<uint32_t>symbols[i] << 13) | run
            i += run
        else:
            chunk = 0xC000
            for k in range(7):
                if i + k < count:
                    chunk |= <uint32_t>symbols[i + k] << (12 - 2 * k)
            i += 7
        put16(out + length, chunk)
        length += 2
    return length


cdef uint16_t history_put(SendHistory *history, int size, nanos now) noexcept nogil:
    cdef SentPacket *packet
    if history.next == 0:
        history.next = 65536
    packet = &history.packets[history.next % TWCC_SENT]
    packet.sequence = history.next
    packet.sent = now
    packet.size = size
    history.next += 1
    return <uint16_t>packet.sequence


cdef int history_read(SendHistory *history, const uint8_t *fci, int length, Feedback *out) noexcept nogil:
    cdef uint8_t symbols[TWCC_STATUSES]
    cdef Reader reader = [fci, length]
    cdef const uint8_t *at = take(&reader, 8)
    cdef int count, i, found = 0
    cdef int64_t number
    cdef nanos clock
    if at == NULL or history.next == 0:
        return -1
    count = get16(at + 2)
    if count > TWCC_STATUSES or read_chunks(&reader, symbols, count) < 0:
        return -1
    # Feedback tells of packets that were sent: the nearest number below the next one.
    number = unwrap16(history.next - 32768, get16(at))
    clock = unwrap_reference(history, get24(at + 4))
    for i in range(count):
        out[found].received = -1
        if symbols[i] == SMALL:
            at = take(&reader, 1)
            if at == NULL:
                return -1
            clock += <nanos>at[0] * TICK
            out[found].received = clock
        elif symbols[i] == LARGE:
            at = take(&reader, 2)
            if at == NULL:
                return -1
            clock += <nanos><int16_t>get16(at) * TICK
            out[found].received = clock
        out[found].packet = &history.packets[(number + i) % TWCC_SENT]
        if number + i > 0 and out[found].packet.sequence == number + i:
            found += 1
    return found


cdef nanos unwrap_reference(SendHistory *history, uint32_t reference) noexcept nogil:
    """The receiver's 24-bit clock unwrapped, in ns."""
    cdef int64_t last = history.reference / REFERENCE
    cdef int32_t step = <int32_t>((reference - <uint32_t>last) << 8) >> 8
    if not history.started:
        history.started = True
        history.reference = (<int64_t>reference + 0x1000000) * REFERENCE
    else:
        history.reference = (last + step) * REFERENCE
    return history.reference


cdef int read_chunks(Reader *reader, uint8_t *symbols, int count) noexcept nogil:
    """Expands the status chunks. 0, or -1 = cut short."""
    cdef const uint8_t *at
    cdef uint16_t chunk
    cdef int i = 0, k
    while i < count:
        at = take(reader, 2)
        if at == NULL:
            return -1
        chunk = get16(at)
        if chunk & 0x8000 == 0:
            for k in range(min(chunk & 0x1FFF, count - i)):
                symbols[i + k] = (chunk >> 13) & 3
            i += chunk & 0x1FFF
            if chunk & 0x1FFF == 0:
                return -1
        elif chunk & 0x4000:
            for k in range(min(7, count - i)):
                symbols[i + k] = (chunk >> (12 - 2 * k)) & 3
            i += 7
        else:
            for k in range(min(14, count - i)):
                symbols[i + k] = (chunk >> (13 - k)) & 1
            i += 14
    return 0


cdef class ArrivalLog:
    """Feedback towards publishers for tests; times in seconds."""

    cdef Arrivals *arrivals

    def __cinit__(self):
        self.arrivals = <Arrivals *>calloc(1, sizeof(Arrivals))
        if self.arrivals == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self.arrivals)

    def put(self, uint16_t sequence, double now):
        arrivals_put(self.arrivals, sequence, <nanos>(now * 1e9))

    def build(self, uint32_t sender, uint32_t media):
        cdef uint8_t out[TWCC_BYTES]
        cdef int length = arrivals_build(self.arrivals, out, sender, media)
        return out[:length]


cdef class SendLog:
    """Feedback from receivers for tests; times in seconds."""

    cdef SendHistory *history

    def __cinit__(self):
        self.history = <SendHistory *>calloc(1, sizeof(SendHistory))
        if self.history == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self.history)

    def put(self, int size, double now):
        return history_put(self.history, size, <nanos>(now * 1e9))

    def read(self, bytes fci):
        cdef Feedback statuses[TWCC_STATUSES]
        cdef int count = history_read(self.history, fci, <int>len(fci), statuses)
        if count < 0:
            return None
        return [
            (
                statuses[i].packet.sequence,
                statuses[i].packet.size,
                statuses[i].packet.sent * 1e-9,
                statuses[i].received * 1e-9 if statuses[i].received >= 0 else -1.0,
            )
            for i in range(count)
        ]
