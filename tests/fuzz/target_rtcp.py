"""Invariant: no RTCP compound, authentic or not, keeps others from being heard, or is read out of bounds."""

import struct

from sfu.plane import rtcp
from sfu.plane.twcc import ArrivalLog, SendLog
from tests.fuzz.media_call import running_call


def _feedback() -> bytes:
    log = ArrivalLog()
    for number in range(40):
        if number % 5:
            log.put(number, 1.0 + number / 50)
    return log.build(1, 0x1000 + 10)


SEEDS: tuple[bytes, ...] = (
    struct.pack("!BBHIQIII", 0x80, 200, 6, 0xA0, 0xE1234567_00000000, 3000, 1, 2),
    struct.pack("!BBHIIIIIII", 0x81, 201, 7, 1, 0x1000 + 10, 0x10000002, 70000, 5, 0, 0),
    struct.pack("!BBHIIII", 0x84, 206, 4, 1, 0, 0x1000 + 10, 0x01000000),
    struct.pack("!BBHII", 0x81, 206, 2, 1, 0x1000 + 10),
    rtcp.nack(1, 0x1000 + 10, [21218, 21219, 21220, 30000]),
    rtcp.remb(1, 500_000, [0x1000 + 10]),
    _feedback(),
    struct.pack("!BBHI", 0x80, 201, 1, 1) + struct.pack("!BBHI", 0x81, 202, 2, 1) + b"\1\1a\0",
)


def fuzz(data: bytes) -> None:
    """Raises AssertionError when the invariant is broken."""
    parts = rtcp.parse(data)
    assert sum(len(part["body"]) + 4 for part in parts if part) <= len(data)
    history = SendLog()
    for _ in range(50):
        history.put(1000, 1.0)
    statuses = history.read(data[12:])
    assert statuses is None or len(statuses) <= 50
    call = running_call()
    if len(data) <= 1900:
        call.world.plane.receive(data, call.villain.address, call.world.now)
        call.rtcp(data)
        # Feedback packets are authenticated by their first eight bytes too: try the body behind a good header.
        call.rtcp(data[:1] + b"\xcd" + data[2:])
    call.check()
