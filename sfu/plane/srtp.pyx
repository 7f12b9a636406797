"""libsrtp out of the `pylibsrtp` wheel as plain C functions that need no GIL.

This is the only file that touches `pylibsrtp._binding`. A known-answer test runs at import: a wheel whose functions
or types differ from what is expected here stops the start, not the first call.

The same wheel holds OpenSSL. Where its functions can be had, outgoing media are sealed with them directly (`sealing`);
where they cannot, or do not give the known answers, libsrtp does it.
"""

from libc.stdint cimport uint8_t, uint32_t, uintptr_t
from libc.string cimport memcpy

import ctypes

import pylibsrtp._binding as binding
from pylibsrtp import Policy
from pylibsrtp._binding import ffi, lib

from sfu.plane.sealing cimport (
    SENT_WINDOW,
    Crypto,
    Sealer,
    sealer_forget,
    sealer_free,
    sealer_new,
    sealer_protect,
)

cdef extern from "arpa/inet.h" nogil:
    uint32_t htonl(uint32_t host)
    uint32_t ntohl(uint32_t network)

# Packets: how late a packet may come and still be told from a replay. RTX and reordering of a second at 1000
# packets/s fit; libsrtp's own default is 128.
REPLAY_WINDOW = 1024
# Packets, outbound: as late as the forwarder lets a recovered packet be (RING_SLOTS). libsrtp shifts the whole window
# for every packet, so it should not be larger than needed.
SEND_WINDOW = SENT_WINDOW

# RFC 5764 section 4.1.2 and RFC 7714 section 14.2: profile -> (libsrtp profile, bytes of master key and salt).
_CM80, _GCM = 1, 7
_PROFILES = {
    _CM80: (lib.srtp_profile_aes128_cm_sha1_80, 30),
    _GCM: (lib.srtp_profile_aead_aes_128_gcm, 28),
}

DIRECT = False

cdef SrtpBackend libsrtp
cdef SrtpBackend direct         # media by OpenSSL, control by libsrtp; a handle is a Sealer
cdef Crypto crypto


cdef void *address_of(str name) except NULL:
    """The C function itself: cffi hands out the direct one for a library compiled in API mode."""
    return <void *><uintptr_t>int(ffi.cast("uintptr_t", ffi.addressof(lib, name)))


cdef int srtp_open(SrtpSession *session, int profile, bytes key, bint outbound) except -1:
    if profile not in _PROFILES:
        raise ValueError(f"SRTP profile {profile} is not supported")
    native, length = _PROFILES[profile]
    if len(key) != length:
        raise ValueError(f"SRTP profile {profile} needs {length} bytes of key and salt, got {len(key)}")
    policy = Policy(
        key=key,
        ssrc_type=Policy.SSRC_ANY_OUTBOUND if outbound else Policy.SSRC_ANY_INBOUND,
        srtp_profile=native,
    )
    # Two packets under one sequence number would be nonce reuse under GCM (RFC 7714 section 8.4).
    policy.allow_repeat_tx = False
    policy.window_size = SEND_WINDOW if outbound else REPLAY_WINDOW
    handle = ffi.new("srtp_t *")
    status = lib.srtp_create(handle, policy._policy)
    if status != SRTP_OK:
        raise ValueError(f"libsrtp refused the session with status {status}")
    session.handle = <void *><uintptr_t>int(ffi.cast("uintptr_t", handle[0]))
    session.backend = &libsrtp
    if outbound and DIRECT:
        go_direct(session, profile, key)
    return 0


cdef int go_direct(SrtpSession *session, int profile, bytes key) except -1:
    """Seals media by OpenSSL from now on; stays as it is when that cannot be."""
    cdef const uint8_t *master = key
    cdef Sealer *sealer = sealer_new(&crypto, profile == _GCM, master, master + 16)
    if sealer != NULL:
        sealer.control = session.handle
        session.handle = sealer
        session.backend = &direct
    return 0


cdef int direct_protect(void *handle, void *packet, int *length) noexcept nogil:
    return sealer_protect(<Sealer *>handle, <uint8_t *>packet, length)


cdef int direct_unprotect(void *handle, void *packet, int *length) noexcept nogil:
    return libsrtp.unprotect((<Sealer *>handle).control, packet, length)


cdef int direct_protect_rtcp(void *handle, void *packet, int *length) noexcept nogil:
    return libsrtp.protect_rtcp((<Sealer *>handle).control, packet, length)


cdef int direct_unprotect_rtcp(void *handle, void *packet, int *length) noexcept nogil:
    return libsrtp.unprotect_rtcp((<Sealer *>handle).control, packet, length)


cdef int direct_remove_stream(void *handle, unsigned int ssrc) noexcept nogil:
    sealer_forget(<Sealer *>handle, ntohl(ssrc))
    return libsrtp.remove_stream((<Sealer *>handle).control, ssrc)


cdef int direct_dealloc(void *handle) noexcept nogil:
    cdef void *control = (<Sealer *>handle).control
    sealer_free(<Sealer *>handle)
    return libsrtp.dealloc(control)


cdef void srtp_close(SrtpSession *session) noexcept nogil:
    if session.backend != NULL:
        session.backend.dealloc(session.handle)
    session.backend = NULL
    session.handle = NULL


cdef void srtp_remove_stream(SrtpSession *session, uint32_t ssrc) noexcept nogil:
    if session.backend != NULL:
        session.backend.remove_stream(session.handle, htonl(ssrc))


cdef class Srtp:
    """One direction of SRTP for Python: peers in tests and the known-answer test."""

    cdef SrtpSession session

    def __cinit__(self):
        self.session.backend = NULL

    def __init__(self, int profile, bytes key, *, bint outbound):
        srtp_close(&self.session)
        srtp_open(&self.session, profile, key, outbound)

    def __dealloc__(self):
        srtp_close(&self.session)

    cdef bytes run(self, SrtpPacketFunction function, bytes packet):
        cdef uint8_t buffer[2048 + SRTP_TRAILER]
        cdef int length = <int>len(packet)
        cdef int status
        if length > 2048:
            raise ValueError("packet too long")
        memcpy(buffer, <const uint8_t *>packet, length)
        status = function(self.session.handle, buffer, &length)
        if status != SRTP_OK:
            raise ValueError(f"SRTP status {status}")
        return buffer[:length]

    def protect(self, bytes packet):
        return self.run(self.session.backend.protect, packet)

    def unprotect(self, bytes packet):
        return self.run(self.session.backend.unprotect, packet)

    def protect_rtcp(self, bytes packet):
        return self.run(self.session.backend.protect_rtcp, packet)

    def unprotect_rtcp(self, bytes packet):
        return self.run(self.session.backend.unprotect_rtcp, packet)

    def remove_stream(self, uint32_t ssrc):
        srtp_remove_stream(&self.session, ssrc)


# Packet, keys and answers of the start-up checks; the tests compute the same answers with another library.
_PLAIN = bytes.fromhex("8040f17b8041f8d35501a0b2") + b"Gallia est omnis divisa in partes tres"
_ANSWERS = {
    1: "43e9420c9cf39e584e466454b2c1e893e44b5180ad9166ca0b4aff01074af81efbc05c4c2aa942e4"
    "1e9246ae3588c468",
    7: "17a97eb6773731e9ef4dcd6e6e7182b18eefcb57d3cf7c2274ff35f5e0e3e7c543351d8eaa4c7c9c"
    "bb34c30684091244ded2d43e8d39",
}


def known_answer():
    for profile, answer in _ANSWERS.items():
        key = bytes(range(_PROFILES[profile][1]))
        sealed = Srtp(profile, key, outbound=True).protect(_PLAIN)
        opened = Srtp(profile, key, outbound=False).unprotect(sealed)
        if sealed.hex() != _PLAIN[:12].hex() + answer or opened != _PLAIN:
            raise RuntimeError("this build of libsrtp does not encrypt as expected")


def use_direct(bint wanted):
    global DIRECT
    DIRECT = False
    if not wanted or crypto.context_new == NULL:
        return False
    DIRECT = True
    try:
        known_answer()
    except (RuntimeError, ValueError):
        DIRECT = False
    return DIRECT


cdef int find_crypto() except -1:
    """Fills `crypto` out of the wheel, which exports what it is linked from; leaves it empty when a function lacks."""
    try:
        library = ctypes.CDLL(binding.__file__)
        if library.OPENSSL_version_major() != 3:
            return 0
        found = {name: ctypes.cast(getattr(library, name), ctypes.c_void_p).value for name in _CRYPTO}
    except (AttributeError, OSError):
        return 0
    crypto.context_free = <void (*)(void *) noexcept nogil><uintptr_t>found["EVP_CIPHER_CTX_free"]
    crypto.aes_gcm = <const void *(*)() noexcept nogil><uintptr_t>found["EVP_aes_128_gcm"]
    crypto.aes_ctr = <const void *(*)() noexcept nogil><uintptr_t>found["EVP_aes_128_ctr"]
    crypto.encrypt_init = <int (*)(void *, const void *, void *, const uint8_t *, const uint8_t *) noexcept nogil>(
        <uintptr_t>found["EVP_EncryptInit_ex"]
    )
    crypto.encrypt_update = <int (*)(void *, uint8_t *, int *, const uint8_t *, int) noexcept nogil>(
        <uintptr_t>found["EVP_EncryptUpdate"]
    )
    crypto.encrypt_final = <int (*)(void *, uint8_t *, int *) noexcept nogil><uintptr_t>found["EVP_EncryptFinal_ex"]
    crypto.control = <int (*)(void *, int, int, void *) noexcept nogil><uintptr_t>found["EVP_CIPHER_CTX_ctrl"]
    crypto.sha1_init = <int (*)(void *) noexcept nogil><uintptr_t>found["SHA1_Init"]
    crypto.sha1_update = <int (*)(void *, const void *, size_t) noexcept nogil><uintptr_t>found["SHA1_Update"]
    crypto.sha1_final = <int (*)(uint8_t *, void *) noexcept nogil><uintptr_t>found["SHA1_Final"]
    crypto.context_new = <void *(*)() noexcept nogil><uintptr_t>found["EVP_CIPHER_CTX_new"]
    return 0


_CRYPTO = (
    "EVP_CIPHER_CTX_new",
    "EVP_CIPHER_CTX_free",
    "EVP_CIPHER_CTX_ctrl",
    "EVP_EncryptInit_ex",
    "EVP_EncryptUpdate",
    "EVP_EncryptFinal_ex",
    "EVP_aes_128_ctr",
    "EVP_aes_128_gcm",
    "SHA1_Init",
    "SHA1_Update",
    "SHA1_Final",
)

libsrtp.protect = <SrtpPacketFunction>address_of("srtp_protect")
libsrtp.unprotect = <SrtpPacketFunction>address_of("srtp_unprotect")
libsrtp.protect_rtcp = <SrtpPacketFunction>address_of("srtp_protect_rtcp")
libsrtp.unprotect_rtcp = <SrtpPacketFunction>address_of("srtp_unprotect_rtcp")
libsrtp.remove_stream = <int (*)(void *, unsigned int) noexcept nogil>address_of("srtp_remove_stream")
libsrtp.dealloc = <int (*)(void *) noexcept nogil>address_of("srtp_dealloc")
direct.protect = direct_protect
direct.unprotect = direct_unprotect
direct.protect_rtcp = direct_protect_rtcp
direct.unprotect_rtcp = direct_unprotect_rtcp
direct.remove_stream = direct_remove_stream
direct.dealloc = direct_dealloc
known_answer()
find_crypto()
use_direct(True)
