"""Invariant: no datagram makes ICE raise, and none is answered that is not made with the password.

The same bytes are tried as a whole datagram and as the attributes of an authentic request; whatever is answered must be
readable by another implementation and made with our password.
"""

import hmac
from zlib import crc32

from aioice import stun as reference

from sfu.transport import stun
from sfu.transport.ice import Credentials, IceLite, Path

OURS = Credentials("ours", "p" * 22)
PASSWORD = OURS.password.encode()
PATH = Path(0, ("192.0.2.1", 4000))
USERNAME = b"\0\6\0\x0bours:theirs\0"
CONTROLLING = b"\x80\x2a\0\x08" + bytes(8)
NOMINATION = b"\0\x25\0\0"


def authentic(attributes: bytes) -> bytes:
    """A request with these bytes as its attributes, whatever they are."""
    body = attributes[: len(attributes) - len(attributes) % 4]

    def head(more: int) -> bytes:
        return b"\0\1" + (len(body) + more).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12)

    integrity = b"\0\x08\0\x14" + hmac.digest(PASSWORD, head(24) + body, "sha1")
    checksum = crc32(head(32) + body + integrity) ^ 0x5354554E
    return head(32) + body + integrity + b"\x80\x28\0\4" + checksum.to_bytes(4, "big")


SEEDS: tuple[bytes, ...] = (
    authentic(USERNAME + CONTROLLING + NOMINATION),
    stun.request(bytes(12), b"ours:theirs", PASSWORD, ((stun.PRIORITY, bytes(4)), (stun.ICE_CONTROLLED, bytes(8)))),
    stun.success(bytes(12), PATH.address, PASSWORD),
    USERNAME + CONTROLLING + NOMINATION,
    USERNAME + b"\0\x24\0\4" + bytes(4) + b"\x80\x22\0\3abc\0" + b"\0\x77\0\0",
    b"",
)


def fuzz(data: bytes) -> None:
    for datagram in (data, authentic(data)[: stun.MAX_DATAGRAM]):
        stun.local_ufrag(datagram)
        answer = IceLite(OURS).receive(datagram, PATH, 0.0)
        if answer is None:
            continue
        integrity_at = len(datagram) - 32
        signed = datagram[:2] + (integrity_at + 4).to_bytes(2, "big") + datagram[4:integrity_at]
        assert datagram[integrity_at + 4 : integrity_at + 24] == hmac.digest(PASSWORD, signed, "sha1")
        told = reference.parse_message(answer.datagram)
        assert told.check_message_integrity(PASSWORD)
        assert answer.valid == (told.message_class is reference.Class.RESPONSE)
