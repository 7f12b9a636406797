"""Puts the server's side of a transport around media sections: credentials, certificate, addresses, bundle."""

from collections.abc import Iterable
from dataclasses import replace

from sfu.negotiation.description import DATA_FORMAT, DATA_PROTOCOL, MediaSection, SessionDescription, Setup
from sfu.negotiation.parameters import LocalParameters

SCTP_PORT = 5000
MAX_MESSAGE_SIZE = 65_535  # bytes of one data channel message; what LiveKit clients expect


def data_section(mid: str) -> MediaSection:
    """The section of data channels (RFC 8841)."""
    return MediaSection(
        "application",
        mid,
        protocol=DATA_PROTOCOL,
        data_format=DATA_FORMAT,
        sctp_port=SCTP_PORT,
        max_message_size=MAX_MESSAGE_SIZE,
    )


def place(
    sections: Iterable[MediaSection], local: LocalParameters, *, session_id: int, version: int, setup: Setup
) -> SessionDescription:
    """A description of ours; all sections that are not rejected share the transport.

    The addresses stand in the first of them (RFC 9143 section 7.1.3). A section that has the credentials already, and
    is not the first, is in the description as the same object.
    """
    placed: list[MediaSection] = []
    bundle: list[str] = []
    for section in sections:
        if section.port:
            if (section.ufrag, section.password, section.setup) != (local.ufrag, local.pwd, setup):
                section = replace(section, ufrag=local.ufrag, password=local.pwd, setup=setup)
            if not bundle:
                lines = tuple(each.line(number) for number, each in enumerate(local.candidates, 1))
                section = replace(section, candidates=lines, end_of_candidates=True)
            bundle.append(section.mid)
        placed.append(section)
    return SessionDescription(
        session_id,
        version,
        tuple(placed),
        bundle=tuple(bundle),
        ice_lite=True,
        fingerprints=(local.fingerprint,),
        msid_semantic=True,
    )
