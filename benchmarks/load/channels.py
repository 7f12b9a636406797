"""Data messages of LiveKit participants: DataPacket protobufs over the channels `_reliable` and `_lossy`.

Messages go through aiortc's SCTP, in Python: hundreds a second of one process, not thousands. What is measured with
them includes this client's own time.
"""

import asyncio
from collections.abc import Callable, Iterable

from aiortc import RTCDataChannel
from google.protobuf.message import DecodeError
from livekit.protocol import models

from benchmarks.load.client import ConnectError, Connection

LABELS = {True: "_reliable", False: "_lossy"}
OPEN_TIMEOUT = 10.0  # seconds: one SCTP handshake, which aiortc repeats after 3 s when a packet is lost


class Outbox:
    """The two channels on which a participant sends."""

    def __init__(self, connection: Connection) -> None:
        """Begins to open them. Raises ConnectError when the server took no data section."""
        self._channels = {
            reliable: connection.open_channel(label, reliable=reliable) for reliable, label in LABELS.items()
        }
        self._kinds = {True: models.DataPacket.Kind.RELIABLE, False: models.DataPacket.Kind.LOSSY}
        self._numbers = 0

    async def wait_open(self) -> None:
        """Raises ConnectError when the server does not take the channels."""
        await wait_open(self._channels.values())

    def send(self, payload: bytes, *, reliable: bool) -> None:
        """To everybody else in the room. Raises ConnectError when the channel is closed."""
        channel = self._channels[reliable]
        if channel.readyState != "open":
            raise ConnectError(f"the data channel is {channel.readyState}")
        packet = models.DataPacket(kind=self._kinds[reliable], user=models.UserPacket(payload=payload))
        if reliable:
            self._numbers += 1  # servers drop numbers that they have seen of this sender
            packet.sequence = self._numbers
        channel.send(packet.SerializeToString())


async def wait_open(channels: Iterable[RTCDataChannel]) -> None:
    """Until the server has confirmed all of them. Raises ConnectError when it does not."""
    try:
        async with asyncio.timeout(OPEN_TIMEOUT):
            for channel in channels:
                opened = asyncio.Event()
                channel.once("open", opened.set)
                if channel.readyState == "connecting":
                    await opened.wait()
    except TimeoutError as error:
        raise ConnectError("the server did not open the data channels") from error


def deliver(channel: RTCDataChannel, take: Callable[[bytes], None]) -> None:
    """Give the payloads of user packets that come on a channel of the server to `take`; all else is passed over."""

    def receive(message: bytes | str) -> None:
        if isinstance(message, bytes) and (payload := payload_of(message)) is not None:
            take(payload)

    channel.on("message", receive)


def payload_of(message: bytes) -> bytes | None:
    """What a user packet carries; None for other packets and for garbage."""
    try:
        packet = models.DataPacket.FromString(message)
    except DecodeError:
        return None
    return packet.user.payload if packet.WhichOneof("value") == "user" else None
