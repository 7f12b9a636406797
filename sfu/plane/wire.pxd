"""Reading and writing network byte order. `take` is the one gate through which the plane reads what a peer sent."""

from libc.stdint cimport int16_t, int64_t, uint8_t, uint16_t, uint32_t

# Points in time and durations: nanoseconds, CLOCK_MONOTONIC unless said otherwise.
ctypedef int64_t nanos

cdef enum:
    MILLISECOND = 1000000

cdef struct Reader:
    const uint8_t *at       # next byte
    int left                # bytes that may still be read


cdef inline const uint8_t *take(Reader *reader, int count) noexcept nogil:
    """The next `count` bytes, or NULL when there are fewer; then nothing is consumed."""
    cdef const uint8_t *at = reader.at
    if count < 0 or count > reader.left:
        return NULL
    reader.at += count
    reader.left -= count
    return at


cdef inline uint16_t get16(const uint8_t *at) noexcept nogil:
    return <uint16_t>((at[0] << 8) | at[1])


cdef inline uint32_t get24(const uint8_t *at) noexcept nogil:
    return (<uint32_t>at[0] << 16) | (<uint32_t>at[1] << 8) | at[2]


cdef inline uint32_t get32(const uint8_t *at) noexcept nogil:
    return (<uint32_t>at[0] << 24) | (<uint32_t>at[1] << 16) | (<uint32_t>at[2] << 8) | at[3]


cdef inline void put16(uint8_t *at, uint32_t value) noexcept nogil:
    at[0] = <uint8_t>(value >> 8)
    at[1] = <uint8_t>value


cdef inline void put24(uint8_t *at, uint32_t value) noexcept nogil:
    at[0] = <uint8_t>(value >> 16)
    at[1] = <uint8_t>(value >> 8)
    at[2] = <uint8_t>value


cdef inline void put32(uint8_t *at, uint32_t value) noexcept nogil:
    at[0] = <uint8_t>(value >> 24)
    at[1] = <uint8_t>(value >> 16)
    at[2] = <uint8_t>(value >> 8)
    at[3] = <uint8_t>value


cdef inline int64_t unwrap16(int64_t highest, uint16_t value) noexcept nogil:
    """The number nearest to `highest` whose low 16 bits are `value`."""
    return highest + <int16_t>(<uint16_t>(value - <uint16_t>highest))
