"""DTLS-SRTP server (RFC 5763, RFC 5764) of one transport: datagrams in; datagrams, keys and SCTP packets out.

Certificate and TLS context are aiortc's, the records OpenSSL's. Takes `now` and has no timer of its own. A lost
flight costs 0.1 s and not the second of OpenSSL's timer: the last flight is sent again, byte for byte, until the
peer goes on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    certificate_digest,
)
from OpenSSL import SSL

from sfu.negotiation.description import Fingerprint
from sfu.plane.model import SrtpProfile

RESEND_INTERVAL = 0.1  # seconds
MAX_RESENDS = 30  # of one flight; then the peer's own timer must wake it up
MAX_DATAGRAM = 1200  # bytes, below every path's limit; records are packed up to it
MAX_READ = 16_384  # bytes out of OpenSSL at once: a whole record (RFC 6347 section 4.1), far more than a flight

RECORD_HEADER = 13  # bytes, RFC 6347 section 4.1
EXPORTER_LABEL = b"EXTRACTOR-dtls_srtp"  # RFC 5764 section 4.2

# The order is ours to choose as the server: GCM costs less than half of CM.
_PROFILES = {
    SRTP_AEAD_AES_128_GCM: SrtpProfile.AEAD_AES_128_GCM,
    SRTP_AES128_CM_SHA1_80: SrtpProfile.AES_CM_128_HMAC_SHA1_80,
}


class DtlsState(Enum):
    """CONNECTED says that the peer has proved to own the certificate of its SDP."""

    HANDSHAKE = "handshake"
    CONNECTED = "connected"
    CLOSED = "closed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SrtpKeys:
    """Keys with salt appended; `local` protects what we send."""

    profile: SrtpProfile
    local: bytes
    remote: bytes


class Output(NamedTuple):
    """Datagrams to send and messages that arrived, both in order."""

    datagrams: list[bytes]
    messages: list[bytes]


class Certificate:
    """The server's certificate, one for a process, with its TLS context (half a millisecond to build)."""

    def __init__(self) -> None:
        certificate = RTCCertificate.generateCertificate()
        digest = certificate.getFingerprints()[0]
        self.fingerprint = Fingerprint(digest.algorithm, digest.value)
        self.context: SSL.Context = certificate._create_ssl_context(list(_PROFILES))


class DtlsServer:
    """One association. The peer's fingerprints must be known when it is made."""

    def __init__(self, certificate: Certificate, fingerprints: Iterable[Fingerprint]) -> None:
        self.state = DtlsState.HANDSHAKE
        self.keys: SrtpKeys | None = None  # from CONNECTED on
        self._fingerprints = tuple(fingerprints)
        self._connection = SSL.Connection(certificate.context)
        self._connection.set_accept_state()
        self._flight: list[bytes] = []
        self._resend_at: float | None = None
        self._resends = 0

    def receive(self, datagram: bytes, now: float) -> Output:
        """A datagram that looks like DTLS. Garbage changes nothing; a refused handshake gives FAILED."""
        if self.state not in (DtlsState.HANDSHAKE, DtlsState.CONNECTED):
            return Output([], [])
        self._connection.bio_write(datagram)
        messages: list[bytes] = []
        if self.state is DtlsState.HANDSHAKE:
            self._handshake()
        if self.state is DtlsState.CONNECTED:
            messages = self._read()
        flight = self._written()
        if messages or self.state in (DtlsState.CLOSED, DtlsState.FAILED):
            self._resend_at = None
        elif flight:
            self._flight, self._resends = flight, 0
            self._resend_at = now + RESEND_INTERVAL
        return Output(flight, messages)

    def poll(self, now: float) -> list[bytes]:
        """The datagrams to send again at this time."""
        if self._resend_at is None or now < self._resend_at:
            return []
        self._resends += 1
        self._resend_at = now + RESEND_INTERVAL if self._resends < MAX_RESENDS else None
        return self._flight

    def deadline(self) -> float | None:
        """When `poll` has something next; None = never."""
        return self._resend_at

    def send(self, message: bytes) -> list[bytes]:
        """The datagrams that carry a message to the peer; none unless CONNECTED."""
        if self.state is not DtlsState.CONNECTED:
            return []
        try:
            self._connection.send(message)
        except SSL.Error:  # the peer has ended the association with an alert
            self.state = DtlsState.CLOSED
            return []
        return self._written()

    def close(self) -> list[bytes]:
        """Say goodbye (close_notify) if there is anybody to say it to."""
        if self.state is not DtlsState.CONNECTED:
            self.state = DtlsState.CLOSED
            return []
        self.state = DtlsState.CLOSED
        self._resend_at = None
        try:
            self._connection.shutdown()
        except SSL.Error:
            return []
        return self._written()

    def _handshake(self) -> None:
        try:
            self._connection.do_handshake()
        except SSL.WantReadError:
            return
        except SSL.Error:
            self.state = DtlsState.FAILED
            return
        self.keys = self._export_keys() if self._is_authentic() else None
        self.state = DtlsState.CONNECTED if self.keys else DtlsState.FAILED

    def _is_authentic(self) -> bool:
        """RFC 8122 section 5: every fingerprint of the SDP must be the certificate's."""
        certificate = self._connection.get_peer_certificate(as_cryptography=True)
        if certificate is None or not self._fingerprints:
            return False
        return all(certificate_digest(certificate, each.algorithm) == each.value for each in self._fingerprints)

    def _export_keys(self) -> SrtpKeys | None:
        chosen = self._connection.get_selected_srtp_profile()
        for profile, number in _PROFILES.items():
            if profile.openssl_profile == chosen:
                length = 2 * (profile.key_length + profile.salt_length)
                material = self._connection.export_keying_material(EXPORTER_LABEL, length)
                return SrtpKeys(number, profile.get_key_and_salt(material, 1), profile.get_key_and_salt(material, 0))
        return None

    def _read(self) -> list[bytes]:
        messages: list[bytes] = []
        while True:
            try:
                messages.append(self._connection.recv(MAX_READ))
            except SSL.WantReadError:
                return messages
            except SSL.ZeroReturnError:
                self.state = DtlsState.CLOSED
                return messages
            except SSL.Error:
                # A broken record is dropped and the association goes on (RFC 6347 section 4.1.2.7).
                if self._connection.get_shutdown() & SSL.RECEIVED_SHUTDOWN:
                    self.state = DtlsState.CLOSED
                return messages

    def _written(self) -> list[bytes]:
        """What OpenSSL wrote since the last call, as datagrams of whole records."""
        try:
            written = self._connection.bio_read(MAX_READ)
        except SSL.WantReadError:
            return []
        datagrams = [b""]
        at = 0
        while at < len(written):
            end = at + RECORD_HEADER + int.from_bytes(written[at + 11 : at + 13], "big")
            if datagrams[-1] and len(datagrams[-1]) + end - at > MAX_DATAGRAM:
                datagrams.append(b"")
            datagrams[-1] += written[at:end]
            at = end
        return datagrams
