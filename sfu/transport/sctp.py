"""Data channels (RFC 8831, RFC 8832) of one transport, by aiortc's SCTP: packets in and out, messages by label.

aiortc trusts its peer more than we do, so packets are looked at before it sees them and its memory is watched.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from aiortc import RTCDataChannel
from aiortc.rtcdatachannel import RTCDataChannelParameters
from aiortc.rtcsctptransport import RTCSctpCapabilities, RTCSctpTransport

from sfu.negotiation.local import MAX_MESSAGE_SIZE, SCTP_PORT
from sfu.transport.sctp_guard import is_harmless

MAX_BUFFERED = 4 * 1024 * 1024  # bytes waiting in one channel; a client that reads nothing loses messages beyond it
MAX_BUFFERED_LOSSY = 128 * 1024  # waiting in all of them, beyond which lossy messages are lost: late they are of no use
MAX_CHANNELS = 16  # of one connection; clients open three
MAX_STREAMS = 64  # that a peer may touch; channel ids are small
MAX_MISORDERED = 1024  # packets behind a gap: as many as fit into the window that we announce
MAX_FRAGMENTS = 1024  # of unfinished messages; the largest message has sixty
MAX_UNREAD = 2 * 1024 * 1024  # bytes of unfinished messages; twice the window that we announce
WINDOW = 1024 * 1024  # bytes that a peer may send ahead, as aiortc announces it
INITIAL_TIMEOUT = 1.0  # seconds, RTO.Initial of RFC 9260 section 16; aiortc has the 3 s of older texts


@dataclass(frozen=True, slots=True)
class Channel:
    """A data channel that the server opens."""

    label: str
    ordered: bool = True
    max_retransmits: int | None = None  # None = until it arrives


class SctpError(Exception):
    """The peer broke the protocol: the data channels are gone."""


class SctpEndedError(SctpError):
    """The peer ended the association."""


class _Carrier:
    """What aiortc takes for its DTLS transport."""

    state = "connected"
    _role = "server"  # our channels get odd ids (RFC 8832 section 6)

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send

    def _register_data_receiver(self, receiver: RTCSctpTransport) -> None: ...

    def _unregister_data_receiver(self, receiver: RTCSctpTransport) -> None: ...

    async def _send_data(self, data: bytes) -> None:
        self._send(data)


class DataChannels:
    """One association. `send` takes SCTP packets for the peer, `message` gets what arrives, by label."""

    def __init__(
        self,
        send: Callable[[bytes], None],
        message: Callable[[str, bytes], None],
        channels: tuple[Channel, ...] = (),
    ) -> None:
        self._message = message
        self._association = RTCSctpTransport(_Carrier(send), SCTP_PORT)  # type: ignore[arg-type]  # all that it uses
        self._association._rto = INITIAL_TIMEOUT
        self._association.on("datachannel", self._opened)
        self._channels: dict[str, RTCDataChannel] = {}
        self._held = False
        for channel in channels:
            parameters = RTCDataChannelParameters(
                label=channel.label, ordered=channel.ordered, maxRetransmits=channel.max_retransmits
            )
            self._opened(RTCDataChannel(self._association, parameters))
        _run(self._association.start(RTCSctpCapabilities(MAX_MESSAGE_SIZE), SCTP_PORT))

    def receive(self, packet: bytes) -> None:
        """A packet of the peer. Raises SctpError; there is nothing left to do then but `close`."""
        if not is_harmless(packet):
            raise SctpError("a packet that would keep us busy")
        try:
            _run(self._association._handle_data(packet))
        except Exception as error:  # aiortc asserts and indexes where it should check
            raise SctpError("a packet that cannot be understood") from error
        self._watch()

    def send(self, label: str, payload: bytes) -> bool:
        """False = there is no such channel, its buffer is full, or the message too big; nothing is sent then.

        A reliable channel takes messages from the start (RFC 8832 section 6), a lossy one once it is open.
        """
        channel = self._channels.get(label)
        if channel is None or len(payload) > MAX_MESSAGE_SIZE:
            return False
        reliable = channel.maxRetransmits is None
        if channel.readyState != "open" and not (reliable and channel.readyState == "connecting"):
            return False
        if len(payload) + self._ahead_of(channel) > (MAX_BUFFERED if reliable else MAX_BUFFERED_LOSSY):
            return False
        self._association._data_channel_send(channel, payload)
        return True

    @property
    def backlog(self) -> int:
        """Bytes of reliable messages that wait for the peer."""
        return sum(each.bufferedAmount for each in self._channels.values() if each.maxRetransmits is None)

    def hold(self, held: bool) -> None:
        """Ask the peer to send nothing more for now: it is told a window of 0 (RFC 9260 section 6.1), or the real one.

        What it has sent already still arrives.
        """
        if held == self._held:
            return
        self._held = held
        self._association._advertised_rwnd += -WINDOW if held else WINDOW
        if self._association.state == "connected":
            _run(self._association._send_sack())

    def _ahead_of(self, channel: RTCDataChannel) -> int:
        """Bytes that wait: a reliable channel keeps its bound for itself, a lossy one gives way to all."""
        if channel.maxRetransmits is None:
            return int(channel.bufferedAmount)
        return sum(each.bufferedAmount for each in self._channels.values())

    def close(self) -> None:
        """Abort the association and drop everything that it holds."""
        self._association.remove_all_listeners()
        for channel in self._channels.values():
            channel.remove_all_listeners()
        _run(self._association.stop())

    def _opened(self, channel: RTCDataChannel) -> None:
        self._channels[channel.label] = channel
        channel.on("message", lambda payload: self._received(channel.label, payload))
        channel.on("close", lambda: self._closed(channel))

    def _closed(self, channel: RTCDataChannel) -> None:
        """Forget the label: a peer may open and close channels under new ones for ever."""
        if self._channels.get(channel.label) is channel:
            del self._channels[channel.label]

    def _received(self, label: str, payload: bytes | str) -> None:
        # Messages of LiveKit are binary; text has no meaning.
        if isinstance(payload, bytes):
            self._message(label, payload)

    def _watch(self) -> None:
        association = self._association
        if association.state == "closed":
            raise SctpEndedError("the association was ended")
        if (
            len(association._data_channels) > MAX_CHANNELS
            or len(association._inbound_streams) > MAX_STREAMS
            or len(association._sack_misordered) > MAX_MISORDERED
            or sum(len(stream.reassembly) for stream in association._inbound_streams.values()) > MAX_FRAGMENTS
            or association._advertised_rwnd < -MAX_UNREAD
        ):
            raise SctpError("the peer makes us hold too much")


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run to the end at once: aiortc's coroutines only wait for `_Carrier._send_data`, which never waits."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise SctpError("the association would wait")
