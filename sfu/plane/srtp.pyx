"""libsrtp out of the `pylibsrtp` wheel as plain C functions that need no GIL.

This is the only file that touches `pylibsrtp._binding`. A known-answer test runs at import: a wheel whose functions
or types differ from what is expected here stops the start, not the first call.
"""

from libc.stdint cimport uint8_t, uint32_t, uintptr_t
from libc.string cimport memcpy

from pylibsrtp import Policy
from pylibsrtp._binding import ffi, lib

cdef extern from "arpa/inet.h" nogil:
    uint32_t htonl(uint32_t host)

# Packets: how late a packet may come and still be told from a replay. RTX and reordering of a second at 1000
# packets/s fit; libsrtp's own default is 128.
REPLAY_WINDOW = 1024
# Packets, outbound: as late as the forwarder lets a recovered packet be (RING_SLOTS). libsrtp shifts the whole window
# for every packet, so it should not be larger than needed.
SEND_WINDOW = 512

# RFC 5764 section 4.1.2 and RFC 7714 section 14.2: profile -> (libsrtp profile, bytes of master key and salt).
_PROFILES = {
    1: (lib.srtp_profile_aes128_cm_sha1_80, 30),
    7: (lib.srtp_profile_aead_aes_128_gcm, 28),
}

cdef SrtpBackend libsrtp


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
    return 0


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


# Packet, keys and answers of the start-up check; the tests compute the same answers with another library.
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


libsrtp.protect = <SrtpPacketFunction>address_of("srtp_protect")
libsrtp.unprotect = <SrtpPacketFunction>address_of("srtp_unprotect")
libsrtp.protect_rtcp = <SrtpPacketFunction>address_of("srtp_protect_rtcp")
libsrtp.unprotect_rtcp = <SrtpPacketFunction>address_of("srtp_unprotect_rtcp")
libsrtp.remove_stream = <int (*)(void *, unsigned int) noexcept nogil>address_of("srtp_remove_stream")
libsrtp.dealloc = <int (*)(void *) noexcept nogil>address_of("srtp_dealloc")
known_answer()
