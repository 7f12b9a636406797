"""What each side of a connection says of itself: ICE credentials, certificate, addresses (RFC 8839, RFC 8842)."""

from dataclasses import dataclass

from sfu.negotiation.description import Fingerprint, MediaSection, SessionDescription, Setup
from sfu.negotiation.errors import SdpError

# RFC 8839 section 5.4: shorter ones could be guessed.
MIN_UFRAG = 4
MIN_PASSWORD = 22

FINGERPRINT_ALGORITHMS = frozenset({"sha-256", "sha-384", "sha-512"})

HOST_TYPE_PREFERENCE = 126  # RFC 8445 section 5.1.2.2
COMPONENT = 1  # RTP and RTCP share one (RFC 5761)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A UDP address of the server. Of several, the one with the higher `preference` (0..65535) is tried first."""

    address: str
    port: int
    preference: int = 65535

    def line(self, foundation: int) -> str:
        """The text after "candidate:" (RFC 8839 section 5.1)."""
        priority = (HOST_TYPE_PREFERENCE << 24) | (self.preference << 8) | (256 - COMPONENT)
        return f"{foundation} {COMPONENT} udp {priority} {self.address} {self.port} typ host"


@dataclass(frozen=True, slots=True)
class LocalParameters:
    """Our side of one transport."""

    ufrag: str
    pwd: str
    fingerprint: Fingerprint
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class RemoteParameters:
    """The peer's side of one transport. `fingerprints` has supported algorithms only and is not empty."""

    ufrag: str
    pwd: str
    fingerprints: tuple[Fingerprint, ...]
    setup: Setup


def remote_parameters(description: SessionDescription) -> RemoteParameters:
    """The peer's parameters, from the first section that is not rejected: it carries them for the whole bundle.

    Raises SdpError when something is missing, or when the peer wants us to be the DTLS client.
    """
    section = _first_alive(description)
    if len(section.ufrag) < MIN_UFRAG or len(section.password) < MIN_PASSWORD:
        raise SdpError("ICE credentials are missing or too short")
    usable = tuple(each for each in section.fingerprints if each.algorithm in FINGERPRINT_ALGORITHMS)
    if not usable:
        raise SdpError("no certificate fingerprint of a supported kind")
    if section.setup not in ("active", "actpass"):
        raise SdpError("the peer must be the DTLS client: a=setup:active or actpass is needed")
    return RemoteParameters(section.ufrag, section.password, usable, section.setup)


def _first_alive(description: SessionDescription) -> MediaSection:
    for section in description.sections:
        if section.port != 0 or section.bundle_only:
            return section
    raise SdpError("every media section is rejected")
