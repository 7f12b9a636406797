"""WebRTC endpoints for load: handshakes in asyncio, media in the native engine. Sockets are one per connection.

The engine reads every socket from the start and hands STUN and DTLS datagrams over through a socket pair, so a
connection has one reader in each phase of its life.
"""

import asyncio
import contextlib
import secrets
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCSctpCapabilities, RTCSctpTransport
from aiortc.rtcdtlstransport import RTCDtlsTransport, SRTPProtectionProfile

from benchmarks.load import ice, sdp
from benchmarks.load.engine import LoadEngine
from benchmarks.load.model import EndpointStats, Rhythm, SourceFormat, StreamStats
from server.lifecycle import Spawner
from sfu.plane.model import SrtpProfile

SOCKET_BUFFER = 4 << 20  # bytes: a burst to one receiver must not overflow between two reads
CONTROL_BUFFER = 4 << 20  # bytes: handshakes of many connections at once
CHECK_INTERVAL = 0.05  # seconds between connectivity checks until one is answered
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

    async def _recv(self) -> bytes:
        datagram = await self.incoming.get()
        if not datagram:
            raise ConnectionError
        return datagram

    async def _send(self, data: bytes) -> None:
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
        self.transport = sdp.LocalTransport(ice.new_credentials(), client.fingerprint, self._socket.getsockname()[:2])
        self.sources: list[int] = []

    async def establish(self, remote: sdp.RemoteDescription, *, offered: bool, timeout: float = 15.0) -> None:
        """ICE, DTLS, keys, SCTP if there is a data section. `offered`: the offer was ours. Raises ConnectError."""
        self._remote = remote
        self._controlling = offered or remote.lite
        self._client.engine.set_remote(self.endpoint, remote.address)
        self.update(remote)
        try:
            async with asyncio.timeout(timeout):
                await self._check(remote)
                prints = [RTCDtlsFingerprint(name, value) for name, value in remote.fingerprints]
                await self._dtls.start(RTCDtlsParameters(fingerprints=prints, role="server"))
        except TimeoutError as error:
            raise ConnectError(f"no answer from {remote.address} within {timeout:g} s") from error
        keys = self.keys
        if self._dtls.state != "connected" or keys is None:
            raise ConnectError(f"the DTLS handshake with {remote.address} ended as {self._dtls.state}")
        self._client.engine.set_srtp(self.endpoint, keys.profile, keys.local, keys.remote)
        await self._open_data(remote)

    @property
    def keys(self) -> SrtpKeys | None:
        """What the handshake gave; None before it."""
        return self._dtls.keys

    def update(self, remote: sdp.RemoteDescription) -> None:
        """Take the payload types of a new description of the same connection."""
        for number, kind in remote.payload_kinds().items():
            self._client.engine.set_payload(self.endpoint, number, kind)

    async def _check(self, remote: sdp.RemoteDescription) -> None:
        while not self._checked.is_set():
            self.check_consent()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._checked.wait(), CHECK_INTERVAL)

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

    async def _open_data(self, remote: sdp.RemoteDescription) -> None:
        """Answer the server's SCTP so that it does not repeat itself; nothing is read from the channels."""
        port = next((section.sctp_port for section in remote.sections if section.sctp_port), 0)
        if port:
            self._sctp = RTCSctpTransport(self._dtls)
            await self._sctp.start(RTCSctpCapabilities(maxMessageSize=65536), port)

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
        elif answer := ice.answer_to(datagram, self.transport.credentials, self._remote.address):
            self.send_datagram(answer)

    def send_datagram(self, datagram: bytes) -> None:
        """Lost when the socket is full or closed, as on a network."""
        if self._remote is not None:
            with contextlib.suppress(OSError):
                self._socket.sendto(datagram, self._remote.address)

    def send(self, rhythm: Rhythm, form: SourceFormat, phase: float = 0.0) -> int:
        """Start a source `phase` seconds from now; returns its number."""
        source = self._client.engine.add_source(self.endpoint, rhythm, form, phase_ns=int(phase * 1e9))
        self.sources.append(source)
        return source

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
    endpoint = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
    endpoint.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    if gro:
        endpoint.setsockopt(socket.IPPROTO_UDP, UDP_GRO, 1)
    endpoint.bind((host, 0))
    return endpoint


class LoadClient:
    """Owns the engine, all connections and the tasks of participants. Use as an async context manager."""

    def __init__(self, profile: SrtpProfile, *, gro: bool = False, drain_ms: int = 10) -> None:
        self.profile, self.gro = profile, gro
        self.certificate = RTCCertificate.generateCertificate()
        prints = self.certificate.getFingerprints()
        self.fingerprint = next(item.value for item in prints if item.algorithm == "sha-256")
        self._control, self._engine_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for end in (self._control, self._engine_end):
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, CONTROL_BUFFER)
        self.engine = LoadEngine(control_fd=self._engine_end.fileno(), drain_ms=drain_ms)
        self._connections: dict[int, Connection] = {}
        self._consent: asyncio.TimerHandle | None = None
        self._tasks = Spawner()
        self.spawn = self._tasks.spawn

    async def __aenter__(self) -> "LoadClient":
        loop = asyncio.get_running_loop()
        loop.add_reader(self._control.fileno(), self._read_control)
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
        asyncio.get_running_loop().remove_reader(self._control.fileno())
        self._control.close()
        self._engine_end.close()

    def open(self, *, host: str = "127.0.0.1", sample: int = 1, remb: int = 0) -> Connection:
        """A connection with its socket bound. One packet in `sample` is decrypted; `remb` in bit/s, 0 = none."""
        connection = Connection(self, host=host, sample=sample, remb=remb)
        self._connections[connection.endpoint] = connection
        return connection

    async def release(self, connection: Connection) -> None:
        """Close a connection that `open` made."""
        if self._connections.pop(connection.endpoint, None) is not None:
            await connection.close()

    def _read_control(self) -> None:
        for _ in range(256):
            try:
                message = self._control.recv(4096)
            except BlockingIOError:
                return
            (index,) = struct.unpack_from("=I", message)
            if (connection := self._connections.get(index)) is not None:
                connection.take_datagram(message[4:])

    def _keep_consent(self) -> None:
        for connection in self._connections.values():
            connection.check_consent()
        self._consent = asyncio.get_running_loop().call_later(CONSENT_INTERVAL, self._keep_consent)
