"""The pieces of SDP lines, checked: numbers, tokens, names. Only `SdpError` comes out."""

import re
from typing import cast, get_args

from sfu.negotiation.description import Direction, Fingerprint, Msid, Setup
from sfu.negotiation.errors import SdpError

MID = re.compile(r"[!#-'*+\-.0-9A-Z^-~]{1,16}")  # RFC 8866 token; 16 bytes fit a one-byte header extension
RID = re.compile(r"[0-9A-Za-z_-]{1,16}")  # RFC 8851 section 10, bounded for the same reason
TOKEN = re.compile(r"[!-~]{1,256}")
ICE = re.compile(r"[0-9A-Za-z+/=_-]{1,256}")  # RFC 8839 section 5.4, and what some clients add to it
_NUMBER = re.compile(r"[0-9]{1,20}")
_HEX_PAIRS = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){15,63}")

DIRECTIONS = frozenset(get_args(Direction))
_SETUPS = frozenset(get_args(Setup))


def number(text: str, most: int, what: str) -> int:
    """A decimal number 0..most."""
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise SdpError(f"{what} is not a number of at most {most}: {text[:40]!r}")
    return int(text)


def matching(pattern: re.Pattern[str], text: str, what: str) -> str:
    """The text itself when the whole of it matches."""
    if not pattern.fullmatch(text):
        raise SdpError(f"{what} is not valid: {text[:40]!r}")
    return text


def attribute(line: str) -> tuple[str, str]:
    """Name and value of an a= line; the value of a flag is ""."""
    name, _, value = line[2:].partition(":")
    return name, value.strip()


def fingerprint(value: str) -> Fingerprint:
    """A certificate digest (RFC 8122 section 5)."""
    algorithm, _, digest = value.partition(" ")
    matching(TOKEN, algorithm, "fingerprint algorithm")
    return Fingerprint(algorithm.lower(), matching(_HEX_PAIRS, digest.strip(), "fingerprint").upper())


def setup(value: str) -> Setup:
    """A DTLS role (RFC 8842)."""
    if value not in _SETUPS:
        raise SdpError(f"unknown setup role: {value[:40]!r}")
    return cast(Setup, value)


def msid(value: str) -> Msid:
    """Stream and track (RFC 8830 section 2); the track may be missing."""
    stream, *track = value.split()[:2] or [""]
    return Msid(matching(TOKEN, stream, "msid"), matching(TOKEN, track[0], "msid") if track else "")


def rid_list(value: str) -> tuple[str, ...]:
    """One direction of a simulcast line (RFC 8853 section 5.1): the first of each set of alternatives."""
    first = (alternatives.split(",")[0].removeprefix("~") for alternatives in value.split(";"))
    return tuple(dict.fromkeys(matching(RID, name, "rid") for name in first))
