"""The compiled SRTP table against independent cryptography and against pylibsrtp itself."""

import hashlib
import hmac
import random
import struct
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pylibsrtp import Policy, Session

from sfu.plane import srtp

CM80, GCM128 = 1, 7
KEYS = {CM80: bytes(range(30)), GCM128: bytes(range(28))}
NATIVE = {CM80: Policy.SRTP_PROFILE_AES128_CM_SHA1_80, GCM128: Policy.SRTP_PROFILE_AEAD_AES_128_GCM}
SSRC = 0x11223344


@pytest.fixture(params=["direct", "libsrtp"])
def backend(request: pytest.FixtureRequest) -> Iterator[None]:
    """Outgoing media are sealed by OpenSSL directly, then by libsrtp."""
    wanted = request.param == "direct"
    assert srtp.use_direct(wanted) == wanted
    yield
    assert srtp.use_direct(True)


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


@pytest.mark.usefixtures("backend")
def test_seals_as_an_independent_implementation_does() -> None:
    plain = packet(7)
    assert srtp.Srtp(GCM128, KEYS[GCM128], outbound=True).protect(plain) == seal_gcm(KEYS[GCM128], plain)
    assert srtp.Srtp(CM80, KEYS[CM80], outbound=True).protect(plain) == seal_cm(KEYS[CM80], plain)


@pytest.mark.usefixtures("backend")
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


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("profile", [CM80, GCM128])
def test_refuses_to_send_a_sequence_number_twice(profile: int) -> None:
    session = srtp.Srtp(profile, KEYS[profile], outbound=True)
    session.protect(packet(5, b"one"))
    with pytest.raises(ValueError, match="status 9"):
        session.protect(packet(5, b"two"))


def outcome(session: srtp.Srtp, plain: bytes) -> bytes | str:
    try:
        return session.protect(plain)
    except ValueError as error:
        return str(error)


def both(profile: int) -> tuple[srtp.Srtp, srtp.Srtp]:
    """The same session sealed by OpenSSL directly and by libsrtp."""
    made = []
    for direct in (True, False):
        srtp.use_direct(direct)
        made.append(srtp.Srtp(profile, KEYS[profile], outbound=True))
    srtp.use_direct(True)
    return made[0], made[1]


def dressed(sequence: int, ssrc: int, chance: random.Random) -> bytes:
    """A packet with contributing sources, an extension and any length; now and then cut short."""
    sources, words = chance.randrange(4), chance.randrange(-1, 5)
    head = bytearray(packet(sequence, b"", ssrc))
    head[0] |= sources | (0x10 if words >= 0 else 0)
    extension = struct.pack("!HH", 0xBEDE, words) + chance.randbytes(4 * words) if words >= 0 else b""
    made = bytes(head) + chance.randbytes(4 * sources) + extension + chance.randbytes(chance.randrange(1300))
    return made if chance.random() < 0.98 else made[: chance.randrange(12, len(made) + 1)]


@pytest.mark.parametrize("profile", [CM80, GCM128])
def test_sealing_directly_gives_the_bytes_and_refusals_of_libsrtp(profile: int) -> None:
    direct, reference = both(profile)
    chance = random.Random(profile)
    newest = dict.fromkeys((SSRC, 1, 0xFFFFFFFF), 65000)
    refused = 0
    for _ in range(6000):
        ssrc = chance.choice(list(newest))
        step = chance.choice((1, 1, 1, 2, 40, -1, -30, -511, -512, -513, 511, 600, 20_000))
        newest[ssrc] += step if step > 0 else 0
        plain = dressed((newest[ssrc] + min(step, 0)) & 0xFFFF, ssrc, chance)
        expected = outcome(reference, plain)
        assert outcome(direct, plain) == expected
        refused += isinstance(expected, str)
    assert 500 < refused < 4000


@pytest.mark.parametrize("first", [0, 1, 30000, 32767, 32768, 32769, 65535])
def test_both_ways_of_sealing_count_roll_overs_alike(first: int) -> None:
    for jump in (-32769, -32768, -32767, -1, 1, 32767, 32768, 32769):
        direct, reference = both(GCM128)
        for sequence in (first, (first + jump) & 0xFFFF, (first + 2 * jump) & 0xFFFF):
            assert outcome(direct, packet(sequence)) == outcome(reference, packet(sequence))


@pytest.mark.usefixtures("backend")
def test_control_packets_are_sealed_alike_and_numbered_for_themselves() -> None:
    session = srtp.Srtp(GCM128, KEYS[GCM128], outbound=True)
    opener = srtp.Srtp(GCM128, KEYS[GCM128], outbound=False)
    report = struct.pack("!BBHI", 0x80, 201, 1, SSRC)
    for number in range(3):
        assert opener.unprotect_rtcp(session.protect_rtcp(report)) == report
        assert opener.unprotect(session.protect(packet(number))) == packet(number)


@pytest.mark.usefixtures("backend")
def test_a_stream_that_was_sent_begins_anew_when_it_was_removed() -> None:
    session = srtp.Srtp(GCM128, KEYS[GCM128], outbound=True)
    sealed = session.protect(packet(9))
    others = [session.protect(packet(9, ssrc=ssrc)) for ssrc in range(1, 200)]
    session.remove_stream(SSRC)
    assert session.protect(packet(9)) == sealed
    assert len(set(others)) == len(others)
    with pytest.raises(ValueError, match="status 9"):
        session.protect(packet(9, ssrc=199))


def test_what_is_no_rtp_packet_is_not_sealed() -> None:
    session = srtp.Srtp(GCM128, KEYS[GCM128], outbound=True)
    for wrong in (b"", packet(1)[:11], b"\x40" + packet(1)[1:], b"\x8f" + packet(1, b"")[1:]):
        with pytest.raises(ValueError, match="status 2"):
            session.protect(wrong)


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


@pytest.mark.usefixtures("backend")
def test_the_start_up_check_passes() -> None:
    srtp.known_answer()


@pytest.mark.usefixtures("backend")
def test_the_recorded_answers_are_those_of_an_independent_implementation() -> None:
    plain = bytes.fromhex("8040f17b8041f8d35501a0b2") + b"Gallia est omnis divisa in partes tres"
    for profile, seal in ((CM80, seal_cm), (GCM128, seal_gcm)):
        assert srtp.Srtp(profile, KEYS[profile], outbound=True).protect(plain) == seal(KEYS[profile], plain)
