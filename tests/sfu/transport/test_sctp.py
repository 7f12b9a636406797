"""Two associations of ours joined by a list: what one sends the other receives, when the test says so."""

import asyncio
from collections.abc import Callable
from struct import pack

import pytest
from aiortc.rtcsctptransport import (
    DataChunk,
    ForwardTsnChunk,
    InitChunk,
    SackChunk,
    parse_packet,
    serialize_packet,
)

from sfu.transport.sctp import (
    MAX_BUFFERED,
    MAX_BUFFERED_LOSSY,
    MAX_CHANNELS,
    MAX_FRAGMENTS,
    MAX_MISORDERED,
    WINDOW,
    Channel,
    DataChannels,
    SctpEndedError,
    SctpError,
)
from sfu.transport.transport import SERVER_CHANNELS


class Pair:
    """A side that opens channels and a side that waits for them."""

    def __init__(self, channels: tuple[Channel, ...] = SERVER_CHANNELS) -> None:
        self.to_opener: list[bytes] = []
        self.to_waiter: list[bytes] = []
        self.at_opener: list[tuple[str, bytes]] = []
        self.at_waiter: list[tuple[str, bytes]] = []
        self.opener = DataChannels(self.to_waiter.append, lambda *each: self.at_opener.append(each), channels)
        self.waiter = DataChannels(self.to_opener.append, lambda *each: self.at_waiter.append(each))

    async def settle(self) -> None:
        """Carry packets until neither side has more to say."""
        for _ in range(1000):
            await asyncio.sleep(0)  # aiortc sends in tasks
            await asyncio.sleep(0)
            if not self.to_opener and not self.to_waiter:
                return
            for packets, side in ((self.to_waiter, self.waiter), (self.to_opener, self.opener)):
                arrived, packets[:] = packets[:], []
                for packet in arrived:
                    side.receive(packet)

    def close(self) -> None:
        self.opener.close()
        self.waiter.close()


async def test_messages_go_both_ways_by_label() -> None:
    pair = Pair()
    await pair.settle()
    assert pair.opener.send("_reliable", b"down")
    assert pair.waiter.send("_lossy", b"up")
    await pair.settle()
    assert pair.at_waiter == [("_reliable", b"down")]
    assert pair.at_opener == [("_lossy", b"up")]
    pair.close()


async def test_a_peer_is_told_to_hold_and_to_go_on() -> None:
    pair = Pair()
    await pair.settle()
    pair.waiter.hold(True)
    pair.waiter.hold(True)
    assert _windows(pair.to_opener) == [0]
    assert pair.opener.send("_reliable", b"sent all the same")
    await pair.settle()
    assert pair.at_waiter == [("_reliable", b"sent all the same")]
    pair.waiter.hold(False)
    assert _windows(pair.to_opener) == [WINDOW]
    pair.close()


def _windows(packets: list[bytes]) -> list[int]:
    """What the acknowledgements announce."""
    chunks = [chunk for packet in packets for chunk in parse_packet(packet)[3]]
    return [chunk.advertised_rwnd for chunk in chunks if isinstance(chunk, SackChunk)]


async def test_reliable_messages_that_wait_are_counted() -> None:
    pair = Pair()
    pair.opener.send("_reliable", bytes(1000))
    assert pair.opener.backlog == 1000
    await pair.settle()
    assert pair.opener.backlog == 0
    pair.close()


async def test_reliable_messages_wait_for_the_channel_and_lossy_ones_are_lost() -> None:
    pair = Pair()
    assert pair.opener.send("_reliable", b"early")
    assert not pair.opener.send("_lossy", b"early")
    await pair.settle()
    assert pair.at_waiter == [("_reliable", b"early")]
    pair.close()


async def test_what_cannot_be_sent_is_refused() -> None:
    pair = Pair()
    await pair.settle()
    assert not pair.opener.send("unknown", b"x")
    assert not pair.opener.send("_reliable", bytes(65_536))
    assert pair.opener.send("_reliable", bytes(65_535))
    pair.close()
    assert not pair.opener.send("_reliable", b"x")


@pytest.mark.parametrize(("label", "bound"), [("_reliable", MAX_BUFFERED), ("_lossy", MAX_BUFFERED_LOSSY)])
async def test_a_client_that_reads_nothing_fills_a_bounded_buffer(label: str, bound: int) -> None:
    pair = Pair()
    await pair.settle()
    taken = sum(pair.opener.send(label, bytes(16_384)) for _ in range(400))
    assert bound // 16_384 <= taken <= bound // 16_384 + 1
    pair.close()


async def test_lossy_messages_are_lost_while_many_reliable_ones_wait() -> None:
    pair = Pair()
    await pair.settle()
    while pair.opener.send("_reliable", bytes(16_384)):
        pass
    assert not pair.opener.send("_lossy", b"x")
    await pair.settle()
    assert pair.opener.send("_lossy", b"x")
    pair.close()


async def test_a_channel_that_was_closed_is_forgotten() -> None:
    pair = Pair()
    await pair.settle()
    pair.opener._channels["_lossy"].close()
    await pair.settle()
    assert list(pair.waiter._channels) == list(pair.opener._channels) == ["_reliable", "_data_track"]
    assert not pair.waiter.send("_lossy", b"x")
    assert pair.waiter.send("_reliable", b"x")
    await pair.settle()
    assert pair.at_opener == [("_reliable", b"x")]
    pair.close()


async def test_text_messages_mean_nothing() -> None:
    pair = Pair()
    await pair.settle()
    pair.opener._channels["_reliable"].send("text")
    await pair.settle()
    assert pair.at_waiter == []
    pair.close()


async def test_the_end_of_the_association_is_told() -> None:
    pair = Pair()
    await pair.settle()
    pair.opener.close()
    with pytest.raises(SctpEndedError):
        await pair.settle()
    pair.waiter.close()


def packet(tag: int, *chunks: bytes) -> bytes:
    class Several:
        def __bytes__(self) -> bytes:
            return b"".join(chunks)

    return serialize_packet(5000, 5000, tag, Several())  # type: ignore[arg-type]


def many_channels(tag: int, tsn: int) -> list[bytes]:
    packets = []
    for index in range(MAX_CHANNELS + 1):
        opening = DataChunk(flags=3)
        opening.tsn, opening.stream_id, opening.protocol = tsn + index, 2 * index, 50
        opening.user_data = pack("!BBHLHH", 3, 0, 0, 0, 1, 0) + b"x"
        packets.append(packet(tag, bytes(opening)))
    return packets


def many_gaps(tag: int, tsn: int) -> list[bytes]:
    packets = []
    for index in range(MAX_MISORDERED + 1):
        chunk = DataChunk(flags=7)
        chunk.tsn = tsn + 2 * index + 2
        packets.append(packet(tag, bytes(chunk)))
    return packets


def endless_message(tag: int, tsn: int) -> list[bytes]:
    packets = []
    for index in range(3000):
        chunk = DataChunk(flags=2 if index == 0 else 0)
        chunk.tsn, chunk.user_data = tsn + index, bytes(1100)
        packets.append(packet(tag, bytes(chunk)))
    return packets


def costly_acknowledgement(tag: int, tsn: int) -> list[bytes]:
    sack = SackChunk()
    sack.gaps = [(1, 65535)] * 250
    return [packet(tag, bytes(sack))]


def short_init(tag: int, tsn: int) -> list[bytes]:
    return [packet(0, bytes((1, 0, 0, 8, 0, 0, 0, 0)))]


def two_inits(tag: int, tsn: int) -> list[bytes]:
    return [packet(0, bytes(InitChunk()), bytes(InitChunk()))]


def short_forward(tag: int, tsn: int) -> list[bytes]:
    return [packet(tag, bytes((ForwardTsnChunk.type, 0, 0, 10)) + (tsn + 1).to_bytes(4, "big") + b"\0\1\0\0")]


def empty_parameter(tag: int, tsn: int) -> list[bytes]:
    return [packet(tag, bytes((6, 0, 0, 8, 0, 1, 0, 0)))]


def many_empty_fragments(tag: int, tsn: int) -> list[bytes]:
    packets = []
    for index in range(MAX_FRAGMENTS + 1):
        chunk = DataChunk(flags=4)
        chunk.tsn = tsn + index
        packets.append(packet(tag, bytes(chunk)))
    return packets


def same_channel_twice(tag: int, tsn: int) -> list[bytes]:
    return [many_channels(tag, tsn)[0], many_channels(tag, tsn + 1)[0]]


Attack = Callable[[int, int], list[bytes]]


@pytest.mark.parametrize(
    "attack",
    [
        many_channels,
        many_gaps,
        endless_message,
        costly_acknowledgement,
        short_init,
        two_inits,
        short_forward,
        same_channel_twice,
        empty_parameter,
        many_empty_fragments,
    ],
)
async def test_a_peer_that_breaks_the_protocol_is_found_out(attack: Attack) -> None:
    pair = Pair()
    await pair.settle()
    victim = pair.waiter
    tag = victim._association._local_verification_tag
    tsn = victim._association._last_received_tsn + 1
    with pytest.raises(SctpError):
        for each in attack(tag, tsn):
            victim.receive(each)
            pair.to_opener.clear()
    pair.close()


async def test_what_is_not_sctp_at_all_is_dropped() -> None:
    pair = Pair()
    await pair.settle()
    for garbage in (b"", b"x", bytes(12), bytes(400)):
        pair.waiter.receive(garbage)
    assert pair.opener.send("_reliable", b"still here")
    await pair.settle()
    assert pair.at_waiter == [("_reliable", b"still here")]
    pair.close()
