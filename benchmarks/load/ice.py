"""ICE of a client towards a server with one address: STUN messages in and out as bytes. Pure but for random ids.

There is one pair, so the client nominates at once where it controls (RFC 8445 section 8.1.1). It also answers the
checks of servers that are full agents. Messages are written and read here, without a library: hundreds of connections
check consent all the time, and the load client should cost little.
"""

import hmac
import ipaddress
import secrets
import struct
import zlib
from dataclasses import dataclass

PRIORITY = (110 << 24) | (65535 << 8) | 255
"""Priority of a peer-reflexive candidate: RFC 8445 section 5.1.2.1."""

REQUEST, SUCCESS = 0x0001, 0x0101  # Binding, RFC 8489 section 5
COOKIE = 0x2112A442
HEADER = struct.Struct("!HHI12s")
ATTRIBUTE = struct.Struct("!HH")
USERNAME, MESSAGE_INTEGRITY, XOR_MAPPED_ADDRESS = 0x0006, 0x0008, 0x0020  # RFC 8489 section 18.3
PRIORITY_ATTRIBUTE, USE_CANDIDATE = 0x0024, 0x0025  # RFC 8445 section 20.1
FINGERPRINT, ICE_CONTROLLED, ICE_CONTROLLING = 0x8028, 0x8029, 0x802A
INTEGRITY_SIZE = 4 + 20  # bytes, HMAC-SHA1 in an attribute
FINGERPRINT_SIZE = 4 + 4
FINGERPRINT_XOR = 0x5354554E


@dataclass(frozen=True, slots=True)
class Credentials:
    """One side's user fragment and password."""

    ufrag: str
    password: str


def new_credentials() -> Credentials:
    """Random ones, as long as RFC 8839 section 5.4 asks for."""
    return Credentials(secrets.token_hex(4), secrets.token_hex(12))


def binding_request(local: Credentials, remote: Credentials, tie_breaker: int, *, controlling: bool) -> bytes:
    """A check, which nominates when controlling; also serves as consent check (RFC 7675 section 5.1)."""
    attributes = [
        _attribute(USERNAME, f"{remote.ufrag}:{local.ufrag}".encode()),
        _attribute(PRIORITY_ATTRIBUTE, PRIORITY.to_bytes(4, "big")),
        _attribute(ICE_CONTROLLING if controlling else ICE_CONTROLLED, tie_breaker.to_bytes(8, "big")),
    ]
    if controlling:
        attributes.append(_attribute(USE_CANDIDATE, b""))
    return _sealed(REQUEST, secrets.token_bytes(12), b"".join(attributes), remote.password)


def is_success(datagram: bytes, remote: Credentials) -> bool:
    """Whether the datagram is an authenticated answer to one of our checks."""
    return _authentic(datagram, SUCCESS, remote.password)


def is_answer(datagram: bytes) -> bool:
    """Whether it says that it is a success response, whoever made it."""
    return datagram[:2] == SUCCESS.to_bytes(2, "big")


def answer_to(datagram: bytes, local: Credentials, source: tuple[str, int]) -> bytes | None:
    """The answer to the server's own check, or None when it is none or not authenticated."""
    if not _authentic(datagram, REQUEST, local.password):
        return None
    transaction = datagram[8:20]
    mapped = _attribute(XOR_MAPPED_ADDRESS, _xored(source, transaction))
    return _sealed(SUCCESS, transaction, mapped, local.password)


def _attribute(kind: int, value: bytes) -> bytes:
    return ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)


def _xored(address: tuple[str, int], transaction: bytes) -> bytes:
    """RFC 8489 section 14.2."""
    mask = COOKIE.to_bytes(4, "big") + transaction
    host = ipaddress.ip_address(address[0])
    hidden = bytes(a ^ b for a, b in zip(host.packed, mask, strict=False))
    return struct.pack("!BBH", 0, 1 if host.version == 4 else 2, address[1] ^ (COOKIE >> 16)) + hidden


def _sealed(kind: int, transaction: bytes, attributes: bytes, password: str) -> bytes:
    """With integrity and fingerprint, RFC 8489 sections 14.5 and 14.7: each covers a length that includes itself."""
    size = len(attributes) + INTEGRITY_SIZE
    text = HEADER.pack(kind, size, COOKIE, transaction) + attributes
    text += _attribute(MESSAGE_INTEGRITY, hmac.digest(password.encode(), text, "sha1"))
    text = HEADER.pack(kind, size + FINGERPRINT_SIZE, COOKIE, transaction) + text[HEADER.size :]
    return text + _attribute(FINGERPRINT, (zlib.crc32(text) ^ FINGERPRINT_XOR).to_bytes(4, "big"))


def _authentic(datagram: bytes, wanted: int, password: str) -> bool:
    """Whether it is a message of the wanted kind whose integrity attribute was made with the password."""
    if len(datagram) < HEADER.size:
        return False
    kind, size, cookie, transaction = HEADER.unpack_from(datagram)
    if kind != wanted or cookie != COOKIE or size + HEADER.size != len(datagram):
        return False
    at = HEADER.size
    while at + ATTRIBUTE.size <= len(datagram):
        attribute, length = ATTRIBUTE.unpack_from(datagram, at)
        if attribute == MESSAGE_INTEGRITY:
            covered = HEADER.pack(kind, at - HEADER.size + INTEGRITY_SIZE, COOKIE, transaction)
            digest = hmac.digest(password.encode(), covered + datagram[HEADER.size : at], "sha1")
            return hmac.compare_digest(digest, datagram[at + 4 : at + INTEGRITY_SIZE])
        at += ATTRIBUTE.size + length + -length % 4
    return False
