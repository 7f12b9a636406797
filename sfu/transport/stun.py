"""STUN as an ICE-lite server needs it (RFC 8489, RFC 8445): binding requests in, responses out. Pure functions.

Nothing here raises for what a peer sends: a datagram that is not a well-formed, authenticated request gives None.
"""

import hmac
import ipaddress
import zlib
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

HEADER = Struct("!HHI12s")
ATTRIBUTE = Struct("!HH")
COOKIE = 0x2112A442
MAX_ATTRIBUTES = 32  # of one message; browsers send about ten
MAX_DATAGRAM = 1500  # bytes

BINDING_REQUEST = 0x0001
BINDING_SUCCESS = 0x0101
BINDING_ERROR = 0x0111

USERNAME = 0x0006
MESSAGE_INTEGRITY = 0x0008
ERROR_CODE = 0x0009
UNKNOWN_ATTRIBUTES = 0x000A
XOR_MAPPED_ADDRESS = 0x0020
PRIORITY = 0x0024
USE_CANDIDATE = 0x0025
FINGERPRINT = 0x8028
ICE_CONTROLLED = 0x8029
FIRST_OPTIONAL = 0x8000  # attributes below it must be understood (RFC 8489 section 14)
_UNDERSTOOD = frozenset({USERNAME, MESSAGE_INTEGRITY, PRIORITY, USE_CANDIDATE})

INTEGRITY_LENGTH = 20  # HMAC-SHA1
FINGERPRINT_XOR = 0x5354554E  # RFC 8489 section 14.7

ROLE_CONFLICT = (487, b"Role Conflict")
UNKNOWN_ATTRIBUTE = (420, b"Unknown Attribute")

Address = tuple[str, int]


class BindingRequest(NamedTuple):
    """An authenticated request."""

    transaction: bytes
    nominated: bool  # USE-CANDIDATE
    controlled: bool  # the peer takes itself for the controlled side
    unknown: tuple[int, ...]  # attributes that it should have been possible to understand


def local_ufrag(datagram: bytes) -> bytes | None:
    """Our ufrag as a binding request names it, without any check of authenticity: cheap, to find the transport."""
    for kind, start, length in _attributes(datagram):
        if kind == USERNAME:
            # RFC 8445 section 7.2.2: the receiver's ufrag, a colon, the sender's.
            ufrag, colon, _ = datagram[start : start + length].partition(b":")
            return ufrag if colon else None
    return None


def read_request(datagram: bytes, password: bytes) -> BindingRequest | None:
    """The request, when MESSAGE-INTEGRITY is made with this password and FINGERPRINT is right."""
    attributes = list(_attributes(datagram))
    if len(attributes) < 2 or attributes[-1][0] != FINGERPRINT or attributes[-2][0] != MESSAGE_INTEGRITY:
        return None
    _, fingerprint_at, fingerprint_length = attributes[-1]
    _, integrity_at, integrity_length = attributes[-2]
    if fingerprint_length != 4 or integrity_length != INTEGRITY_LENGTH or fingerprint_at + 4 != len(datagram):
        return None
    told = datagram[integrity_at : integrity_at + INTEGRITY_LENGTH]
    if not hmac.compare_digest(told, _integrity(datagram[: integrity_at - ATTRIBUTE.size], password)):
        return None
    if datagram[fingerprint_at:] != _fingerprint(datagram[: fingerprint_at - ATTRIBUTE.size]):
        return None
    kinds = [kind for kind, _, _ in attributes]
    return BindingRequest(
        transaction=datagram[8:20],
        nominated=USE_CANDIDATE in kinds,
        controlled=ICE_CONTROLLED in kinds,
        unknown=tuple(kind for kind in kinds if kind < FIRST_OPTIONAL and kind not in _UNDERSTOOD),
    )


def success(transaction: bytes, source: Address, password: bytes) -> bytes:
    """The answer to a request: the address from which it came."""
    return _message(BINDING_SUCCESS, transaction, ((XOR_MAPPED_ADDRESS, _xor_address(source, transaction)),), password)


def error(transaction: bytes, reason: tuple[int, bytes], password: bytes, unknown: tuple[int, ...] = ()) -> bytes:
    """A refusal; `unknown` goes with UNKNOWN_ATTRIBUTE."""
    code, text = reason
    attributes = [(ERROR_CODE, bytes((0, 0, code // 100, code % 100)) + text)]
    if unknown:
        attributes.append((UNKNOWN_ATTRIBUTES, b"".join(kind.to_bytes(2, "big") for kind in unknown)))
    return _message(BINDING_ERROR, transaction, tuple(attributes), password)


def request(transaction: bytes, username: bytes, password: bytes, attributes: tuple[tuple[int, bytes], ...]) -> bytes:
    """A binding request, as a client of tests and benchmarks sends it."""
    return _message(BINDING_REQUEST, transaction, ((USERNAME, username), *attributes), password)


def _attributes(datagram: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of the attributes of a binding request, as far as their shape is right."""
    if not HEADER.size <= len(datagram) <= MAX_DATAGRAM:
        return
    kind, length, cookie, _ = HEADER.unpack_from(datagram)
    if kind != BINDING_REQUEST or cookie != COOKIE or length % 4 or length != len(datagram) - HEADER.size:
        return
    at = HEADER.size
    for _ in range(MAX_ATTRIBUTES):
        if at + ATTRIBUTE.size > len(datagram):
            return
        kind, length = ATTRIBUTE.unpack_from(datagram, at)
        at += ATTRIBUTE.size
        if at + length > len(datagram):
            return
        yield kind, at, length
        at += length + -length % 4


def _message(kind: int, transaction: bytes, attributes: tuple[tuple[int, bytes], ...], password: bytes) -> bytes:
    body = b"".join(_attribute(*each) for each in attributes)
    message = HEADER.pack(kind, len(body), COOKIE, transaction) + body
    message += _attribute(MESSAGE_INTEGRITY, _integrity(message, password))
    message = _with_length(message, ATTRIBUTE.size + 4)
    return message + _attribute(FINGERPRINT, _fingerprint(message))


def _attribute(kind: int, value: bytes) -> bytes:
    return ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)


def _with_length(message: bytes, more: int) -> bytes:
    """The message with the length field it has once `more` bytes follow."""
    return message[:2] + (len(message) - HEADER.size + more).to_bytes(2, "big") + message[4:]


def _integrity(message: bytes, password: bytes) -> bytes:
    """RFC 8489 section 14.5: of all before the attribute, with the length as if it were the last one."""
    return hmac.digest(password, _with_length(message, ATTRIBUTE.size + INTEGRITY_LENGTH), "sha1")


def _fingerprint(message: bytes) -> bytes:
    """RFC 8489 section 14.7."""
    checksum = zlib.crc32(_with_length(message, ATTRIBUTE.size + 4))
    return (checksum ^ FINGERPRINT_XOR).to_bytes(4, "big")


def _xor_address(source: Address, transaction: bytes) -> bytes:
    """RFC 8489 section 14.2."""
    packed = ipaddress.ip_address(source[0].partition("%")[0]).packed
    family = 1 if len(packed) == 4 else 2
    mask = COOKIE.to_bytes(4, "big") + transaction
    address = bytes(a ^ b for a, b in zip(packed, mask, strict=False))
    return bytes((0, family)) + (source[1] ^ (COOKIE >> 16)).to_bytes(2, "big") + address
