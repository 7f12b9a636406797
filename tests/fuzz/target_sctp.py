"""Invariant: whatever an authenticated peer sends, its data channels raise nothing but `SctpError`.

The bytes are tried as a whole packet and, with the checksum and tag that a peer would use, as chunks.
"""

import asyncio
import atexit
from struct import pack

from google_crc32c import value as crc32c

from sfu.transport.sctp import DataChannels, SctpError
from sfu.transport.transport import SERVER_CHANNELS

_LOOP = asyncio.new_event_loop()
atexit.register(_LOOP.close)


def chunk(kind: int, body: bytes, flags: int = 3) -> bytes:
    return pack("!BBH", kind, flags, 4 + len(body)) + body + bytes(-len(body) % 4)


INIT = chunk(1, pack("!LLHHL", 7, 1 << 20, 10, 10, 100) + b"\xc0\0\0\4")
OPEN = pack("!BBHLHH", 3, 0, 0, 0, 1, 0) + b"x"

SEEDS: tuple[bytes, ...] = (
    INIT,
    chunk(0, pack("!LHHL", 100, 1, 0, 50) + OPEN) + chunk(0, pack("!LHHL", 101, 1, 1, 53) + b"message"),
    chunk(3, pack("!LLHHHHL", 99, 1000, 1, 1, 2, 5, 100)),
    chunk(130, pack("!HHLLLH", 13, 18, 1, 2, 100, 1) + b"\0\0"),
    chunk(192, pack("!LHH", 105, 1, 2)),
    chunk(4, b"\0\1\0\x08beat") + chunk(6, b"") + chunk(7, bytes(4)),
    pack("!HHLL", 5000, 5000, 0, 0) + INIT,
)


def fuzz(data: bytes) -> None:
    _LOOP.run_until_complete(_fuzz(data))


async def _fuzz(data: bytes) -> None:
    heard: list[tuple[str, bytes]] = []
    channels = DataChannels(lambda packet: None, lambda *message: heard.append(message), SERVER_CHANNELS)
    tag = channels._association._local_verification_tag
    try:
        channels.receive(data)
        channels.receive(_packet(0, INIT))
        channels.receive(_packet(tag, chunk(11, b"")))
        channels.receive(_packet(tag, data))
        channels.receive(_packet(0, data))
        channels.send("_reliable", b"x")
        await asyncio.sleep(0)
    except SctpError:
        pass
    finally:
        channels.close()
        await asyncio.sleep(0)
    assert all(isinstance(payload, bytes) for _, payload in heard)


def _packet(tag: int, chunks: bytes) -> bytes:
    head = pack("!HHL", 5000, 5000, tag)
    return head + pack("<L", crc32c(head + bytes(4) + chunks)) + chunks
