"""One WebRTC connection for load: its handshakes in asyncio, its media in the native engine."""

import asyncio
import contextlib
import itertools
import secrets
import socket
from collections.abc import Callable

from aiortc import (
    RTCDataChannel,
    RTCDataChannelParameters,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCSctpCapabilities,
    RTCSctpTransport,
)

from benchmarks.load import ice, sdp
from benchmarks.load.dtls import Dtls, Identity, SrtpKeys, Wire
from benchmarks.load.engine import LoadEngine
from benchmarks.load.model import Codec, EndpointStats, Rhythm, SourceFormat, StreamStats

SOCKET_BUFFER = 4 << 20  # bytes: a burst to one receiver must not overflow between two reads
CHECK_INTERVAL = 0.05  # seconds between connectivity checks until one is answered
CHECKS_OF_ADDRESS = 20  # checks of one of the server's addresses before the next one gets its turn

UDP_GRO = 104  # linux/udp.h
SO_TIMESTAMPNS = 35  # asm-generic/socket.h


class ConnectError(Exception):
    """The server did not answer, or its handshake failed."""


class _MessageChannel(RTCDataChannel):
    """A data channel that tells the engine of messages, since what they cause must be read whole."""

    def __init__(self, engine: LoadEngine, transport: RTCSctpTransport, parameters: RTCDataChannelParameters) -> None:
        super().__init__(transport, parameters)
        self._engine = engine

    def send(self, data: bytes | str) -> None:
        self._engine.read_whole()
        super().send(data)


class Connection:
    """One peer connection. Made by `LoadClient.open`, which also closes it."""

    def __init__(self, engine: LoadEngine, identity: Identity, *, host: str, gro: bool, sample: int, remb: int) -> None:
        self._engine = engine
        self._socket = _media_socket(host, gro=gro)
        try:
            self.endpoint = engine.add_endpoint(self._socket.fileno(), sample=sample, remb=remb)
        except ValueError as error:
            self._socket.close()
            raise ConnectError(str(error)) from error
        self._controlling = True
        self._tie_breaker = secrets.randbits(64)
        self._checked = asyncio.Event()
        self._wire = Wire(self.send_datagram)
        self._dtls = Dtls(self._wire, identity)
        self._sctp: RTCSctpTransport | None = None
        self._remote: sdp.RemoteDescription | None = None
        self._address = ("", 0)
        self.on_channel: Callable[[RTCDataChannel], None] | None = None
        """Gets the data channels that the server opens; set it before `establish`."""
        self.transport = sdp.LocalTransport(ice.new_credentials(), identity.fingerprint, self._socket.getsockname()[:2])
        self.sources: list[int] = []
        """Numbers of its sources, in the order of the `send` calls."""
        self.formats: tuple[SourceFormat, ...] = ()
        """How the packets of its tracks are marked, in the order of `Seat.sends`, once they are announced."""
        self.codecs: dict[int, str] = {}
        """By payload type, what the server's descriptions have announced: names in lower case."""
        self.repairs: dict[int, int] = {}
        """The payload type that each RTX number repairs."""
        self._on_packet: Callable[[bytes], None] | None = None

    async def establish(self, remote: sdp.RemoteDescription, *, offered: bool, timeout: float = 15.0) -> None:
        """ICE, DTLS, keys, SCTP if there is a data section. `offered`: the offer was ours. Raises ConnectError."""
        self._remote = remote
        self._controlling = offered or remote.lite
        addresses = self._reachable(remote)
        self.update(remote)
        try:
            async with asyncio.timeout(timeout):
                await self._check(addresses)
                prints = [RTCDtlsFingerprint(name, value) for name, value in remote.fingerprints]
                await self._dtls.start(RTCDtlsParameters(fingerprints=prints, role="server"))
        except TimeoutError as error:
            tried = ", ".join(f"{host} port {port}" for host, port in addresses)
            what = "no end of the DTLS handshake" if self._checked.is_set() else "no answer over UDP"
            raise ConnectError(
                f"{what} from {tried} within {timeout:g} s: does a firewall let this UDP port through, "
                "and is it the address that clients can reach?"
            ) from error
        keys = self.keys
        if self._dtls.state != "connected" or keys is None:
            raise ConnectError(
                f"the DTLS handshake with {self._address[0]} port {self._address[1]} ended as {self._dtls.state}"
            )
        self._engine.set_srtp(self.endpoint, keys.profile, keys.local, keys.remote)
        await self.open_data(remote)

    @property
    def keys(self) -> SrtpKeys | None:
        """What the handshake gave; None before it."""
        return self._dtls.keys

    def update(self, remote: sdp.RemoteDescription) -> None:
        """Take the payload types of a new description of the same connection."""
        codecs = [codec for formats in remote.formats() for codec in formats.codecs]
        self.codecs |= {codec.number: codec.name for codec in codecs}
        self.repairs |= {codec.number: codec.apt for codec in codecs if codec.apt}
        for number, kind in remote.payload_kinds().items():
            codec = Codec.__members__.get(self.codecs[number].upper(), Codec.OTHER)
            self._engine.set_payload(self.endpoint, number, kind, codec)

    def _reachable(self, remote: sdp.RemoteDescription) -> list[tuple[str, int]]:
        """The server's addresses of our socket's family, likely ones first. Raises ConnectError when there is none."""
        own = self.transport.address[0]
        same = [address for address in remote.addresses if (":" in address[0]) == (":" in own)]
        if not same:
            family = "IPv6" if ":" in own else "IPv4"
            raise ConnectError(f"the server offers no UDP address of {family}, over which it was reached")
        return sorted(same, key=lambda address: sdp.is_loopback(address[0]) != sdp.is_loopback(own))

    async def _check(self, addresses: list[tuple[str, int]]) -> None:
        """Try one address after the other, in turns, until one answers."""
        for self._address in itertools.cycle(addresses):
            self._engine.set_remote(self.endpoint, self._address)
            for _ in range(CHECKS_OF_ADDRESS):
                self.check_consent()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(CHECK_INTERVAL):
                        await self._checked.wait()
                if self._checked.is_set():
                    return

    def check_consent(self) -> None:
        """Send a connectivity check; also keeps an established connection alive."""
        if self._remote is not None:
            self.send_datagram(
                ice.binding_request(
                    self.transport.credentials,
                    self._remote.credentials,
                    self._tie_breaker,
                    controlling=self._controlling,
                )
            )

    async def open_data(self, remote: sdp.RemoteDescription) -> None:
        """Start SCTP once there is a data section; `establish` does it, a later description may bring the first one.

        The server's SCTP is answered, so that it does not repeat itself, even where nobody wants its channels.
        """
        port = next((section.sctp_port for section in remote.sections if section.sctp_port), 0)
        if port and self._sctp is None:
            self._sctp = RTCSctpTransport(self._dtls)
            if self.on_channel is not None:
                self._sctp.on("datachannel", self.on_channel)
            await self._sctp.start(RTCSctpCapabilities(maxMessageSize=65536), port)

    def open_channel(self, label: str, *, reliable: bool) -> RTCDataChannel:
        """A data channel of our own, ordered or without retransmissions. Raises ConnectError without a data section."""
        if self._sctp is None:
            raise ConnectError("the server did not accept data channels")
        retransmits = None if reliable else 0
        return _MessageChannel(
            self._engine,
            self._sctp,
            RTCDataChannelParameters(label=label, ordered=reliable, maxRetransmits=retransmits),
        )

    def take_datagram(self, datagram: bytes) -> None:
        """A STUN or DTLS datagram out of the engine."""
        if self._remote is None or not datagram:
            return
        if datagram[0] >= 20:
            with contextlib.suppress(asyncio.QueueFull):
                self._wire.incoming.put_nowait(datagram)
            return
        if self._checked.is_set() and ice.is_answer(datagram):
            return  # of a consent check
        if ice.is_success(datagram, self._remote.credentials):
            self._checked.set()
        elif answer := ice.answer_to(datagram, self.transport.credentials, self._address):
            self.send_datagram(answer)

    def send_datagram(self, datagram: bytes) -> None:
        """Lost when the socket is full or closed, as on a network."""
        if self._remote is not None:
            with contextlib.suppress(OSError):
                self._socket.sendto(datagram, self._address)

    def send(self, rhythm: Rhythm, form: SourceFormat, phase: float = 0.0) -> int:
        """Start a source `phase` seconds from now; returns its number."""
        source = self._engine.add_source(self.endpoint, rhythm, form, phase_ns=int(phase * 1e9))
        self.sources.append(source)
        return source

    def send_packet(self, packet: bytes) -> None:
        """Protect and send one RTP packet, at once. Raises ValueError when it is too large."""
        self._engine.send_packet(self.endpoint, packet)

    @property
    def on_packet(self) -> Callable[[bytes], None] | None:
        """Gets each RTP packet that arrives, decrypted, RTX included. Every packet costs Python's time: for few."""
        return self._on_packet

    @on_packet.setter
    def on_packet(self, taker: Callable[[bytes], None] | None) -> None:
        self._on_packet = taker
        self._engine.set_capture(self.endpoint, taker is not None)

    def take_packet(self, packet: bytes) -> None:
        """An RTP packet out of the engine."""
        if self._on_packet is not None:
            self._on_packet(packet)

    def stats(self) -> EndpointStats:
        """What it has received; still there after `close`."""
        return self._engine.endpoint_stats(self.endpoint)

    def streams(self) -> list[StreamStats]:
        return self._engine.stream_stats(self.endpoint)

    async def close(self) -> None:
        if self._sctp is not None:
            await self._sctp.stop()
        await self._dtls.stop()
        self._engine.remove_endpoint(self.endpoint)
        self._socket.close()


def _media_socket(host: str, *, gro: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    endpoint = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
    endpoint.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    if gro:
        endpoint.setsockopt(socket.IPPROTO_UDP, UDP_GRO, 1)
    endpoint.bind((host, 0))
    return endpoint
