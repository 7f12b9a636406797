"""RTP packets in, SRTP packets out, by OpenSSL. Does not know where the functions come from: see the `.pxd`."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

from sfu.plane.rtp cimport RTP_HEADER
from sfu.plane.wire cimport get16, get32, put16, put32

cdef enum:
    GCM_TAG = 16                # bytes, RFC 7714 section 14.2
    HMAC_TAG = 10               # bytes, RFC 3711 section 8.2
    GET_TAG = 0x10              # EVP_CTRL_AEAD_GET_TAG
    BLOCK = 64                  # bytes, of SHA1
    DIGEST = 20                 # bytes, of SHA1
    LABEL_KEY = 0               # RFC 3711 section 4.3.1
    LABEL_AUTHENTICATION = 1
    LABEL_SALT = 2
    MEDIAN = 32768              # half of the sequence numbers
    CYCLE = 65536

cdef int64_t LAST_INDEX = (1 << 48) - 1     # RFC 3711 section 9.2: no more packets than that under one key


# -- keys -----------------------------------------------------------------------------------------------------------


cdef Sealer *sealer_new(const Crypto *crypto, bint gcm, const uint8_t *key, const uint8_t *salt) noexcept nogil:
    cdef Sealer *sealer = <Sealer *>calloc(1, sizeof(Sealer))
    cdef uint8_t padded[14]
    cdef uint8_t session_key[16]
    cdef uint8_t authentication[DIGEST]
    cdef bint done
    if sealer == NULL:
        return NULL
    memset(padded, 0, sizeof(padded))
    memcpy(padded, salt, 12 if gcm else 14)
    sealer.crypto = crypto
    sealer.gcm = gcm
    sealer.context = crypto.context_new()
    done = sealer.context != NULL
    done = done and derive(sealer, key, padded, LABEL_KEY, session_key, sizeof(session_key))
    done = done and derive(sealer, key, padded, LABEL_AUTHENTICATION, authentication, sizeof(authentication))
    done = done and derive(sealer, key, padded, LABEL_SALT, sealer.salt, 12 if gcm else 14)
    done = done and start_digest(sealer, sealer.inner, authentication, 0x36)
    done = done and start_digest(sealer, sealer.outer, authentication, 0x5C)
    done = done and crypto.encrypt_init(
        sealer.context, crypto.aes_gcm() if gcm else crypto.aes_ctr(), NULL, session_key, NULL
    ) == 1
    memset(session_key, 0, sizeof(session_key))
    memset(authentication, 0, sizeof(authentication))
    if not done:
        sealer_free(sealer)
        return NULL
    return sealer


cdef bint derive(
    Sealer *sealer, const uint8_t *key, const uint8_t *salt, int label, uint8_t *out, int length
) noexcept nogil:
    """RFC 3711 section 4.3.3, with a key derivation rate of zero: the key stream at salt XOR label."""
    cdef uint8_t iv[16]
    cdef int written = 0
    memcpy(iv, salt, 14)
    put16(iv + 14, 0)
    iv[7] ^= <uint8_t>label
    memset(out, 0, length)
    if sealer.crypto.encrypt_init(sealer.context, sealer.crypto.aes_ctr(), NULL, key, iv) != 1:
        return False
    return sealer.crypto.encrypt_update(sealer.context, out, &written, out, length) == 1 and written == length


cdef bint start_digest(Sealer *sealer, void *state, const uint8_t *key, uint8_t pad) noexcept nogil:
    """RFC 2104: both digests begin with a block that depends on the key only."""
    cdef uint8_t block[BLOCK]
    cdef int i
    memset(block, pad, sizeof(block))
    for i in range(DIGEST):
        block[i] ^= key[i]
    return sealer.crypto.sha1_init(state) == 1 and sealer.crypto.sha1_update(state, block, sizeof(block)) == 1


cdef void sealer_free(Sealer *sealer) noexcept nogil:
    cdef SealStream *stream
    cdef int i
    if sealer == NULL:
        return
    for i in range(STREAM_BUCKETS):
        while sealer.streams[i] != NULL:
            stream = sealer.streams[i]
            sealer.streams[i] = stream.next
            free(stream)
    if sealer.context != NULL:
        sealer.crypto.context_free(sealer.context)
    free(sealer)


# -- streams --------------------------------------------------------------------------------------------------------


cdef inline SealStream **bucket_of(Sealer *sealer, uint32_t ssrc) noexcept nogil:
    return &sealer.streams[(<uint32_t>(ssrc * <uint32_t>0x9E3779B1)) >> 26]


cdef SealStream *stream_of(Sealer *sealer, uint32_t ssrc) noexcept nogil:
    """The stream, new when there is none; NULL = no memory."""
    cdef SealStream **bucket = bucket_of(sealer, ssrc)
    cdef SealStream *stream = bucket[0]
    while stream != NULL:
        if stream.ssrc == ssrc:
            return stream
        stream = stream.next
    stream = <SealStream *>calloc(1, sizeof(SealStream))
    if stream != NULL:
        stream.ssrc = ssrc
        stream.next = bucket[0]
        bucket[0] = stream
    return stream


cdef void sealer_forget(Sealer *sealer, uint32_t ssrc) noexcept nogil:
    cdef SealStream **link = bucket_of(sealer, ssrc)
    cdef SealStream *stream
    while link[0] != NULL:
        stream = link[0]
        if stream.ssrc == ssrc:
            link[0] = stream.next
            free(stream)
            return
        link = &stream.next


cdef int use_number(SealStream *stream, uint16_t sequence, int64_t *index) noexcept nogil:
    """The index of a sequence number (RFC 3711 section 3.3.1), marked as used; 0 or a status."""
    cdef int64_t step = sequence - (stream.highest & 0xFFFF)
    cdef int64_t number
    # Before the middle of the first cycle there is no former one that a high number could belong to.
    if stream.highest > MEDIAN:
        if step > MEDIAN:
            step -= CYCLE
        elif step < -MEDIAN:
            step += CYCLE
    index[0] = stream.highest + step
    if step <= -SENT_WINDOW:
        return SEALING_TOO_OLD
    if index[0] > LAST_INDEX:
        return SEALING_FAILED
    if step <= 0 and stream.used[word_of(index[0])] & bit_of(index[0]):
        return SEALING_REPLAYED
    if step > 0:
        for number in range(max(stream.highest, index[0] - SENT_WINDOW) + 1, index[0]):
            stream.used[word_of(number)] &= ~bit_of(number)
        stream.highest = index[0]
    stream.used[word_of(index[0])] |= bit_of(index[0])
    return 0


cdef inline int word_of(int64_t index) noexcept nogil:
    return <int>((index % SENT_WINDOW) / 64)


cdef inline uint64_t bit_of(int64_t index) noexcept nogil:
    return <uint64_t>1 << (index % 64)


# -- packets --------------------------------------------------------------------------------------------------------


cdef int sealer_protect(Sealer *sealer, uint8_t *packet, int *length) noexcept nogil:
    cdef int header = header_of(packet, length[0])
    cdef SealStream *stream
    cdef int64_t index
    cdef int status
    if header < 0:
        return SEALING_MALFORMED
    stream = stream_of(sealer, get32(packet + 8))
    if stream == NULL:
        return SEALING_NO_MEMORY
    status = use_number(stream, get16(packet + 2), &index)
    if status:
        return status
    if sealer.gcm:
        return seal_gcm(sealer, packet, header, length, index)
    return seal_cm(sealer, packet, header, length, index)


cdef int header_of(const uint8_t *packet, int length) noexcept nogil:
    """Bytes that stay in the clear: fixed header, contributing sources, extension. -1 = no such packet."""
    cdef int header
    if length < RTP_HEADER or packet[0] >> 6 != 2:
        return -1
    header = RTP_HEADER + 4 * (packet[0] & 15)
    if packet[0] & 0x10:
        if header + 4 > length:
            return -1
        header += 4 + 4 * get16(packet + header + 2)
    return header if header <= length else -1


cdef int seal_gcm(Sealer *sealer, uint8_t *packet, int header, int *length, int64_t index) noexcept nogil:
    """RFC 7714 sections 8.1 and 9.1: the header is authenticated, the rest is encrypted as well."""
    cdef const Crypto *crypto = sealer.crypto
    cdef void *context = sealer.context
    cdef uint8_t *end = packet + length[0]
    cdef uint8_t iv[12]
    cdef int written
    memcpy(iv, sealer.salt, sizeof(iv))
    put32(iv + 2, get32(iv + 2) ^ get32(packet + 8))
    put32(iv + 6, get32(iv + 6) ^ <uint32_t>(index >> 16))
    put16(iv + 10, get16(iv + 10) ^ <uint16_t>index)
    if (
        crypto.encrypt_init(context, NULL, NULL, NULL, iv) != 1
        or crypto.encrypt_update(context, NULL, &written, packet, header) != 1
        or crypto.encrypt_update(context, packet + header, &written, packet + header, length[0] - header) != 1
        or crypto.encrypt_final(context, end, &written) != 1
        or crypto.control(context, GET_TAG, GCM_TAG, end) != 1
    ):
        return SEALING_FAILED
    length[0] += GCM_TAG
    return 0


cdef int seal_cm(Sealer *sealer, uint8_t *packet, int header, int *length, int64_t index) noexcept nogil:
    """RFC 3711 sections 4.1.1 and 4.2: AES in counter mode, then the tag over packet and roll-overs."""
    cdef const Crypto *crypto = sealer.crypto
    cdef uint8_t *end = packet + length[0]
    cdef uint64_t state[DIGEST_STATE / 8]
    cdef uint8_t digest[DIGEST]
    cdef uint8_t iv[16]
    cdef int written
    memcpy(iv, sealer.salt, sizeof(iv))
    put32(iv + 4, get32(iv + 4) ^ get32(packet + 8))
    put32(iv + 8, get32(iv + 8) ^ <uint32_t>(index >> 16))
    put16(iv + 12, get16(iv + 12) ^ <uint16_t>index)
    if crypto.encrypt_init(sealer.context, NULL, NULL, NULL, iv) != 1:
        return SEALING_FAILED
    if crypto.encrypt_update(
        sealer.context, packet + header, &written, packet + header, length[0] - header
    ) != 1:
        return SEALING_FAILED
    put32(end, <uint32_t>(index >> 16))         # where the tag will be
    memcpy(state, sealer.inner, sizeof(state))
    crypto.sha1_update(state, packet, length[0] + 4)
    crypto.sha1_final(digest, state)
    memcpy(state, sealer.outer, sizeof(state))
    crypto.sha1_update(state, digest, DIGEST)
    crypto.sha1_final(digest, state)
    memcpy(end, digest, HMAC_TAG)
    length[0] += HMAC_TAG
    return 0
