"""WebRTC endpoints for load: handshakes in asyncio, media in the native engine. Sockets are one per connection.

The engine reads every socket from the start and hands STUN and DTLS datagrams over through a socket pair, so a
connection has one reader in each phase of its life.
"""

import asyncio
import contextlib
import itertools
import secrets
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from aiortc import (
    RTCCertificate,
    RTCDataChannel,
    RTCDataChannelParameters,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCSctpCapabilities,
    RTCSctpTransport,
)
from aiortc.rtcdtlstransport import RTCDtlsTransport, SRTPProtectionProfile

from benchmarks.load import ice, sdp
from benchmarks.load.engine import LoadEngine
from benchmarks.load.model import Codec, EndpointStats, Rhythm, SourceFormat, StreamStats
from server.lifecycle import Spawner
from sfu.plane.model import SrtpProfile

SOCKET_BUFFER = 4 << 20  # bytes: a burst to one receiver must not overflow between two reads
CONTROL_BUFFER = 4 << 20  # bytes: handshakes of many connections at once
HELLO_INTERVAL = 0.05  # seconds until an unanswered ClientHello is repeated, doubled each time, as in browsers; OpenSSL
# waits for 1 s, and servers that are full ICE agents may drop the first one
CHECK_INTERVAL = 0.05  # seconds between connectivity checks until one is answered
CHECKS_OF_ADDRESS = 20  # checks of one of the server's addresses before the next one gets its turn
READ_AT_ONCE = 256  # datagrams of one kind in one turn of the event loop
CONSENT_INTERVAL = 2.5  # seconds, within the range of RFC 7675 section 5.1


UDP_GRO = 104  # linux/udp.h
SO_TIMESTAMPNS = 35  # asm-generic/socket.h

OPENSSL_NAMES: Mapping[SrtpProfile, bytes] = {
    SrtpProfile.AES_CM_128_HMAC_SHA1_80: b"SRTP_AES128_CM_SHA1_80",
    SrtpProfile.AEAD_AES_128_GCM: b"SRTP_AEAD_AES_128_GCM",
}
SALT_LENGTHS: Mapping[SrtpProfile, int] = {
    SrtpProfile.AES_CM_128_HMAC_SHA1_80: 14,
    SrtpProfile.AEAD_AES_128_GCM: 12,
}


class ConnectError(Exception):
    """The server did not answer, or its handshake failed."""


@dataclass(frozen=True, slots=True)
class SrtpKeys:
    """What the handshake gave: keys with salt appended."""

    profile: SrtpProfile
    local: bytes
    remote: bytes


class _Wire:
    """The little that RTCDtlsTransport wants of an ICE transport. The queue is short: OpenSSL re-sends what is lost."""

    role = "controlling"

    def __init__(self, send: "Connection") -> None:
        self.incoming: asyncio.Queue[bytes] = asyncio.Queue(maxsize=64)
        self._connection = send
        self._hello: bytes | None = None
        """The first datagram, repeated until something comes back; empty from then on."""
        self._patience = HELLO_INTERVAL

    async def _recv(self) -> bytes:
        while self._hello:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._patience):
                    datagram = await self.incoming.get()
                self._hello = b""
                break
            self._patience *= 2
            self._connection.send_datagram(self._hello)
        else:
            datagram = await self.incoming.get()
        if not datagram:
            raise ConnectionError
        return datagram

    async def _send(self, data: bytes) -> None:
        if self._hello is None:
            self._hello = data
        self._connection.send_datagram(data)


class _Dtls(RTCDtlsTransport):
    """A DTLS client that insists on one SRTP profile and keeps the keys instead of SRTP sessions."""

    def __init__(self, wire: _Wire, certificate: RTCCertificate, profile: SrtpProfile) -> None:
        super().__init__(wire, [certificate])  # type: ignore[arg-type]
        self._set_role("client")
        self._profile = profile
        self._srtp_profiles = [SRTPProtectionProfile(0, OPENSSL_NAMES[profile], 16, SALT_LENGTHS[profile])]
        self.keys: SrtpKeys | None = None

    def _setup_srtp(self) -> None:
        chosen = self._srtp_profiles[0]
        if self._ssl is None or self._ssl.get_selected_srtp_profile() != chosen.openssl_profile:
            return
        # RFC 5764 section 4.2: client key, server key, client salt, server salt.
        size = 2 * (chosen.key_length + chosen.salt_length)
        material = self._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", size)
        local, remote = (chosen.get_key_and_salt(material, side) for side in (0, 1))
        self.keys = SrtpKeys(self._profile, local, remote)


class Connection:
    """One peer connection. Made by `LoadClient.open`, which also closes it."""

    def __init__(self, client: "LoadClient", *, host: str, sample: int, remb: int) -> None:
        self._client = client
        self._socket = _media_socket(host, gro=client.gro)
        self.endpoint = client.engine.add_endpoint(self._socket.fileno(), sample=sample, remb=remb)
        self._controlling = True
        self._tie_breaker = secrets.randbits(64)
        self._checked = asyncio.Event()
        self._wire = _Wire(self)
        self._dtls = _Dtls(self._wire, client.certificate, client.profile)
        self._sctp: RTCSctpTransport | None = None
        self._remote: sdp.RemoteDescription | None = None
        self._address = ("", 0)
        self.on_channel: Callable[[RTCDataChannel], None] | None = None
        """Gets the data channels that the server opens; set it before `establish`."""
        self.transport = sdp.LocalTransport(ice.new_credentials(), client.fingerprint, self._socket.getsockname()[:2])
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
            raise ConnectError(
                f"no answer over UDP from {tried} within {timeout:g} s: is a firewall in between?"
            ) from error
        keys = self.keys
        if self._dtls.state != "connected" or keys is None:
            raise ConnectError(f"the DTLS handshake with {self._address} ended as {self._dtls.state}")
        self._client.engine.set_srtp(self.endpoint, keys.profile, keys.local, keys.remote)
        await self.open_data(remote)

    @property
    def keys(self) -> SrtpKeys | None:
        """What the handshake gave; None before it."""
        return self._dtls.keys

    def update(self, remote: sdp.RemoteDescription) -> None:
        """Take the payload types of a new description of the same connection."""
        self.codecs |= {codec.number: codec.name for section in remote.sections for codec in section.codecs}
        self.repairs |= {
            codec.number: codec.apt for section in remote.sections for codec in section.codecs if codec.apt
        }
        for number, kind in remote.payload_kinds().items():
            codec = Codec.__members__.get(self.codecs[number].upper(), Codec.OTHER)
            self._client.engine.set_payload(self.endpoint, number, kind, codec)

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
            self._client.engine.set_remote(self.endpoint, self._address)
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
        return RTCDataChannel(
            self._sctp, RTCDataChannelParameters(label=label, ordered=reliable, maxRetransmits=retransmits)
        )

    def take_datagram(self, datagram: bytes) -> None:
        """A STUN or DTLS datagram out of the engine."""
        if self._remote is None or not datagram:
            return
        if datagram[0] >= 20:
            with contextlib.suppress(asyncio.QueueFull):
                self._wire.incoming.put_nowait(datagram)
            return
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
        source = self._client.engine.add_source(self.endpoint, rhythm, form, phase_ns=int(phase * 1e9))
        self.sources.append(source)
        return source

    def send_packet(self, packet: bytes) -> None:
        """Protect and send one RTP packet, at once. Raises ValueError when it is too large."""
        self._client.engine.send_packet(self.endpoint, packet)

    @property
    def on_packet(self) -> Callable[[bytes], None] | None:
        """Gets each RTP packet that arrives, decrypted, RTX included. Every packet costs Python's time: for few."""
        return self._on_packet

    @on_packet.setter
    def on_packet(self, taker: Callable[[bytes], None] | None) -> None:
        self._on_packet = taker
        self._client.engine.set_capture(self.endpoint, taker is not None)

    def take_packet(self, packet: bytes) -> None:
        """An RTP packet out of the engine."""
        if self._on_packet is not None:
            self._on_packet(packet)

    def stats(self) -> EndpointStats:
        return self._client.engine.endpoint_stats(self.endpoint)

    def streams(self) -> list[StreamStats]:
        return self._client.engine.stream_stats(self.endpoint)

    async def close(self) -> None:
        if self._sctp is not None:
            await self._sctp.stop()
        await self._dtls.stop()
        self._client.engine.remove_endpoint(self.endpoint)
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


class _Channel:
    """Datagrams out of the engine, each behind the number of its endpoint."""

    def __init__(self) -> None:
        self.own_end, self.engine_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for end in (self.own_end, self.engine_end):
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, CONTROL_BUFFER)

    def waiting(self) -> Iterator[tuple[int, bytes]]:
        """At most READ_AT_ONCE of those that wait, so that other readers get their turn."""
        for _ in range(READ_AT_ONCE):
            try:
                message = self.own_end.recv(4096)
            except BlockingIOError:
                return
            yield int.from_bytes(message[:4], sys.byteorder), message[4:]

    def close(self) -> None:
        self.own_end.close()
        self.engine_end.close()


class LoadClient:
    """Owns the engine, all connections and the tasks of participants. Use as an async context manager."""

    def __init__(self, profile: SrtpProfile, *, gro: bool = False, drain_ms: int = 16) -> None:
        self.profile, self.gro = profile, gro
        self.certificate = RTCCertificate.generateCertificate()
        prints = self.certificate.getFingerprints()
        self.fingerprint = next(item.value for item in prints if item.algorithm == "sha-256")
        self._control, self._captured = _Channel(), _Channel()
        self.engine = LoadEngine(
            control_fd=self._control.engine_end.fileno(),
            capture_fd=self._captured.engine_end.fileno(),
            drain_ms=drain_ms,
            gro=gro,
        )
        self._connections: dict[int, Connection] = {}
        self._consent: asyncio.TimerHandle | None = None
        self._tasks = Spawner()
        self.spawn = self._tasks.spawn

    async def __aenter__(self) -> "LoadClient":
        loop = asyncio.get_running_loop()
        loop.add_reader(self._control.own_end, self._read_control)
        loop.add_reader(self._captured.own_end, self._read_captured)
        self._consent = loop.call_later(CONSENT_INTERVAL, self._keep_consent)
        self.engine.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tasks.close()
        for connection in list(self._connections.values()):
            await self.release(connection)
        if self._consent is not None:
            self._consent.cancel()
        self.engine.stop()
        for channel in (self._control, self._captured):
            asyncio.get_running_loop().remove_reader(channel.own_end)
            channel.close()

    def open(self, *, host: str = "127.0.0.1", sample: int = 1, remb: int = 0) -> Connection:
        """A connection with its socket bound to an address, or to all of them: "0.0.0.0" or "::".

        One packet in `sample` is decrypted; `remb` in bit/s, 0 = none.
        """
        connection = Connection(self, host=host, sample=sample, remb=remb)
        self._connections[connection.endpoint] = connection
        return connection

    async def release(self, connection: Connection) -> None:
        """Close a connection that `open` made."""
        if self._connections.pop(connection.endpoint, None) is not None:
            await connection.close()

    def _read_control(self) -> None:
        for endpoint, datagram in self._control.waiting():
            if (connection := self._connections.get(endpoint)) is not None:
                connection.take_datagram(datagram)

    def _read_captured(self) -> None:
        for endpoint, packet in self._captured.waiting():
            if (connection := self._connections.get(endpoint)) is not None:
                connection.take_packet(packet)

    def _keep_consent(self) -> None:
        for connection in self._connections.values():
            connection.check_consent()
        self._consent = asyncio.get_running_loop().call_later(CONSENT_INTERVAL, self._keep_consent)
