"""The compiled SRTP table against independent cryptography and against pylibsrtp itself."""

import hashlib
import hmac
import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pylibsrtp import Policy, Session

from sfu.plane import srtp

CM80, GCM128 = 1, 7
KEYS = {CM80: bytes(range(30)), GCM128: bytes(range(28))}
NATIVE = {CM80: Policy.SRTP_PROFILE_AES128_CM_SHA1_80, GCM128: Policy.SRTP_PROFILE_AEAD_AES_128_GCM}
SSRC = 0x11223344


def packet(sequence: int, payload: bytes = b"payload" * 20, ssrc: int = SSRC) -> bytes:
    return struct.pack("!BBHII", 0x80, 96, sequence, 1000, ssrc) + payload


def keystream(key: bytes, block: bytes, length: int) -> bytes:
    return Cipher(algorithms.AES(key), modes.CTR(block)).encryptor().update(bytes(length))


def derive(key: bytes, salt: bytes, label: int, length: int) -> bytes:
    """RFC 3711 section 4.3.1 with a key derivation rate of zero."""
    x = int.from_bytes(salt.ljust(14, b"\0"), "big") ^ (label << 48)
    return keystream(key, x.to_bytes(14, "big") + b"\0\0", length)


def seal_gcm(master: bytes, plain: bytes) -> bytes:
    """RFC 7714 section 8 for sequence numbers before the first roll-over."""
    key, salt = master[:16], master[16:]
    session_key = derive(key, salt, 0, 16)
    session_salt = derive(key, salt, 2, 12)
    iv = int.from_bytes(session_salt, "big") ^ int.from_bytes(b"\0\0" + plain[8:12] + bytes(4) + plain[2:4], "big")
    return plain[:12] + AESGCM(session_key).encrypt(iv.to_bytes(12, "big"), plain[12:], plain[:12])


def seal_cm(master: bytes, plain: bytes) -> bytes:
    """RFC 3711 sections 4.1.1 and 4.2 for sequence numbers before the first roll-over."""
    key, salt = master[:16], master[16:]
    session_salt = int.from_bytes(derive(key, salt, 2, 14), "big")
    index = int.from_bytes(plain[2:4], "big")
    iv = (session_salt << 16) ^ (int.from_bytes(plain[8:12], "big") << 64) ^ (index << 16)
    stream = keystream(derive(key, salt, 0, 16), iv.to_bytes(16, "big"), len(plain) - 12)
    body = plain[:12] + bytes(a ^ b for a, b in zip(plain[12:], stream, strict=True))
    return body + hmac.new(derive(key, salt, 1, 20), body + bytes(4), hashlib.sha1).digest()[:10]


def test_seals_as_an_independent_implementation_does() -> None:
    plain = packet(7)
    assert srtp.Srtp(GCM128, KEYS[GCM128], outbound=True).protect(plain) == seal_gcm(KEYS[GCM128], plain)
    assert srtp.Srtp(CM80, KEYS[CM80], outbound=True).protect(plain) == seal_cm(KEYS[CM80], plain)


@pytest.mark.parametrize("profile", [CM80, GCM128])
def test_speaks_with_pylibsrtp_both_ways(profile: int) -> None:
    peer = {}
    for name, kind in (("out", Policy.SSRC_ANY_OUTBOUND), ("in", Policy.SSRC_ANY_INBOUND)):
        peer[name] = Session(Policy(key=KEYS[profile], ssrc_type=kind, srtp_profile=NATIVE[profile]))
    ours_out = srtp.Srtp(profile, KEYS[profile], outbound=True)
    ours_in = srtp.Srtp(profile, KEYS[profile], outbound=False)
    for sequence in (65534, 65535, 0, 1):
        plain = packet(sequence)
        assert peer["in"].unprotect(ours_out.protect(plain)) == plain
        assert ours_in.unprotect(peer["out"].protect(plain)) == plain
    report = struct.pack("!BBHI", 0x80, 201, 1, SSRC)
    assert peer["in"].unprotect_rtcp(ours_out.protect_rtcp(report)) == report
    assert ours_in.unprotect_rtcp(peer["out"].protect_rtcp(report)) == report


@pytest.mark.parametrize("profile", [CM80, GCM128])
def test_refuses_to_send_a_sequence_number_twice(profile: int) -> None:
    session = srtp.Srtp(profile, KEYS[profile], outbound=True)
    session.protect(packet(5, b"one"))
    with pytest.raises(ValueError, match="status 9"):
        session.protect(packet(5, b"two"))


def test_refuses_replays_and_forgeries_but_takes_late_packets() -> None:
    out = srtp.Srtp(GCM128, KEYS[GCM128], outbound=True)
    into = srtp.Srtp(GCM128, KEYS[GCM128], outbound=False)
    sealed = [out.protect(packet(sequence)) for sequence in range(1, 1000)]
    into.unprotect(sealed[-1])
    into.unprotect(sealed[0])
    with pytest.raises(ValueError, match="status 9"):
        into.unprotect(sealed[0])
    with pytest.raises(ValueError, match="status 7"):
        into.unprotect(sealed[1][:-1] + bytes([sealed[1][-1] ^ 1]))


@pytest.mark.parametrize("profile,length", [(CM80, 28), (GCM128, 30), (2, 30)])
def test_refuses_wrong_keys_and_profiles(profile: int, length: int) -> None:
    with pytest.raises(ValueError, match="SRTP profile"):
        srtp.Srtp(profile, bytes(length), outbound=True)


def test_a_removed_stream_starts_anew() -> None:
    into = srtp.Srtp(GCM128, KEYS[GCM128], outbound=False)
    sealed = srtp.Srtp(GCM128, KEYS[GCM128], outbound=True).protect(packet(1))
    into.unprotect(sealed)
    into.remove_stream(SSRC)
    assert into.unprotect(sealed) == packet(1)


def test_the_start_up_check_passes() -> None:
    srtp.known_answer()


def test_the_recorded_answers_are_those_of_an_independent_implementation() -> None:
    plain = bytes.fromhex("8040f17b8041f8d35501a0b2") + b"Gallia est omnis divisa in partes tres"
    for profile, seal in ((CM80, seal_cm), (GCM128, seal_gcm)):
        assert srtp.Srtp(profile, KEYS[profile], outbound=True).protect(plain) == seal(KEYS[profile], plain)
