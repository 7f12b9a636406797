"""DTLS of a load connection: aiortc's client, which insists on one SRTP profile and hands its keys over."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiortc import RTCCertificate
from aiortc.rtcdtlstransport import RTCDtlsTransport, SRTPProtectionProfile
from OpenSSL import SSL

from sfu.plane.model import SrtpProfile

HELLO_INTERVAL = 0.05  # seconds until an unanswered ClientHello is repeated, doubled each time, as in browsers; OpenSSL
# waits for 1 s, and servers that are full ICE agents may drop the first one

OPENSSL_NAMES: Mapping[SrtpProfile, bytes] = {
    SrtpProfile.AES_CM_128_HMAC_SHA1_80: b"SRTP_AES128_CM_SHA1_80",
    SrtpProfile.AEAD_AES_128_GCM: b"SRTP_AEAD_AES_128_GCM",
}
SALT_LENGTHS: Mapping[SrtpProfile, int] = {
    SrtpProfile.AES_CM_128_HMAC_SHA1_80: 14,
    SrtpProfile.AEAD_AES_128_GCM: 12,
}


class _Certificate(RTCCertificate):
    """Shared by all connections of a client, with its TLS context: making one takes about a millisecond."""

    _context: SSL.Context | None = None

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        if self._context is None:
            self._context = super()._create_ssl_context(srtp_profiles)
        return self._context


@dataclass(frozen=True, slots=True)
class Identity:
    """What all connections of a client have in common; its SRTP profile is the only one they offer."""

    certificate: RTCCertificate
    fingerprint: str
    """SHA-256, as SDP has it."""
    profile: SrtpProfile


def new_identity(profile: SrtpProfile) -> Identity:
    """With a certificate of its own."""
    certificate = _Certificate.generateCertificate()
    prints = certificate.getFingerprints()
    return Identity(certificate, next(item.value for item in prints if item.algorithm == "sha-256"), profile)


@dataclass(frozen=True, slots=True)
class SrtpKeys:
    """What the handshake gave: keys with salt appended."""

    profile: SrtpProfile
    local: bytes
    remote: bytes


class Wire:
    """The little that RTCDtlsTransport wants of an ICE transport. The queue is short: OpenSSL re-sends what is lost."""

    role = "controlling"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.incoming: asyncio.Queue[bytes] = asyncio.Queue(maxsize=64)
        self._send_datagram = send
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
            self._send_datagram(self._hello)
        else:
            datagram = await self.incoming.get()
        if not datagram:
            raise ConnectionError
        return datagram

    async def _send(self, data: bytes) -> None:
        if self._hello is None:
            self._hello = data
        self._send_datagram(data)


class Dtls(RTCDtlsTransport):
    """A DTLS client that insists on one SRTP profile and keeps the keys instead of SRTP sessions."""

    def __init__(self, wire: Wire, identity: Identity) -> None:
        super().__init__(wire, [identity.certificate])  # type: ignore[arg-type]
        self._set_role("client")
        self._profile = identity.profile
        self._srtp_profiles = [SRTPProtectionProfile(0, OPENSSL_NAMES[self._profile], 16, SALT_LENGTHS[self._profile])]
        self.keys: SrtpKeys | None = None

    async def _send_data(self, data: bytes) -> None:
        """For SCTP, whose timers go on for a while after the end: there is nobody then who could take an error."""
        with contextlib.suppress(ConnectionError):
            await super()._send_data(data)

    def _setup_srtp(self) -> None:
        chosen = self._srtp_profiles[0]
        if self._ssl is None or self._ssl.get_selected_srtp_profile() != chosen.openssl_profile:
            return
        # RFC 5764 section 4.2: client key, server key, client salt, server salt.
        size = 2 * (chosen.key_length + chosen.salt_length)
        material = self._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", size)
        local, remote = (chosen.get_key_and_salt(material, side) for side in (0, 1))
        self.keys = SrtpKeys(self._profile, local, remote)
