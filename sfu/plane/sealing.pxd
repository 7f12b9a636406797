"""SRTP on its way out (RFC 3711, RFC 7714) with OpenSSL's ciphers directly: half of libsrtp's time goes elsewhere.

Only what is done for every outgoing packet: sealing RTP. SRTCP has keys and numbers of its own (RFC 3711 section
4.3.2), so it stays with a libsrtp session of the same master key.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

cdef enum:
    SENT_WINDOW = 512           # packets behind the newest that may still be sent; a power of two, 64 or more
    STREAM_BUCKETS = 64         # of SSRCs of one session; a receiver in a class of thirty has sixty
    DIGEST_STATE = 128          # bytes: SHA_CTX is 96
    SEALING_MALFORMED = 2       # statuses as libsrtp's: bad parameter,
    SEALING_REPLAYED = 9        # the number was used before,
    SEALING_TOO_OLD = 10        # it is older than the window,
    SEALING_FAILED = 11         # the cipher refused
    SEALING_NO_MEMORY = 3

# The functions that are needed of libcrypto 3. Pointers to its structs are opaque here.
cdef struct Crypto:
    void *(*context_new)() noexcept nogil
    void (*context_free)(void *context) noexcept nogil
    const void *(*aes_gcm)() noexcept nogil
    const void *(*aes_ctr)() noexcept nogil
    int (*encrypt_init)(
        void *context, const void *cipher, void *engine, const uint8_t *key, const uint8_t *iv
    ) noexcept nogil
    int (*encrypt_update)(
        void *context, uint8_t *out, int *out_length, const uint8_t *data, int length
    ) noexcept nogil
    int (*encrypt_final)(void *context, uint8_t *out, int *out_length) noexcept nogil
    int (*control)(void *context, int what, int number, void *pointer) noexcept nogil
    int (*sha1_init)(void *state) noexcept nogil
    int (*sha1_update)(void *state, const void *data, size_t length) noexcept nogil
    int (*sha1_final)(uint8_t *digest, void *state) noexcept nogil

cdef struct SealStream:         # an SSRC and the numbers that were used with it
    SealStream *next            # of the bucket
    uint32_t ssrc
    int64_t highest             # packet index (RFC 3711 section 3.3.1): roll-overs and sequence number
    uint64_t used[SENT_WINDOW / 64]     # bits of the last SENT_WINDOW indexes, by index

cdef struct Sealer:
    const Crypto *crypto
    void *control               # the libsrtp session that seals SRTCP; owned by the caller
    void *context               # cipher with the session key
    bint gcm
    uint8_t salt[16]            # session salt, zeros behind it
    uint64_t inner[DIGEST_STATE / 8]    # SHA1 after the first block of HMAC, for CM80
    uint64_t outer[DIGEST_STATE / 8]
    SealStream *streams[STREAM_BUCKETS]

# A sealer of RTP for a master key and its salt (14 bytes, or 12 with `gcm`). NULL = no memory or the cipher refused.
cdef Sealer *sealer_new(const Crypto *crypto, bint gcm, const uint8_t *key, const uint8_t *salt) noexcept nogil
cdef void sealer_free(Sealer *sealer) noexcept nogil
# Seals an RTP packet in place; 0 or a status. Behind it there is room for SRTP_TRAILER bytes. A number that was given
# is burnt, whatever becomes of the packet: none is ever used for two.
cdef int sealer_protect(Sealer *sealer, uint8_t *packet, int *length) noexcept nogil
# Forgets the numbers of an SSRC (host byte order), which must not be used again with these keys.
cdef void sealer_forget(Sealer *sealer, uint32_t ssrc) noexcept nogil
