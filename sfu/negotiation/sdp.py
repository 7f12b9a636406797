"""SDP text -> `SessionDescription` and back. Text of a peer is bounded and checked; only `SdpError` comes out.

What is kept is in `description.py`. `render(parse(text))` is stable: parsing it again gives the same value.
"""

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from sfu.negotiation import fields
from sfu.negotiation.description import Fingerprint, MediaSection, SessionDescription, Setup
from sfu.negotiation.errors import SdpError
from sfu.negotiation.section import SectionReader
from sfu.negotiation.writer import render

__all__ = ["SdpError", "parse", "render"]

MAX_LENGTH = 256 * 1024  # characters; a browser's offer of 100 sections has about 200,000
MAX_SECTIONS = 512  # m-lines are never removed from a session, so this also bounds its life
MAX_LINES = 20_000  # 40 lines in each of 500 sections
MAX_LINE = 4096  # characters; the longest known, an m-line with every payload number, has about 450

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def parse(text: str) -> SessionDescription:
    """Read a description. Raises SdpError when it is malformed or beyond a limit; unknown attributes are ignored."""
    lines = _lines(text)
    starts = [index for index, line in enumerate(lines) if line.startswith("m=")]
    if len(starts) > MAX_SECTIONS:
        raise SdpError(f"more than {MAX_SECTIONS} media sections")
    session = _Session()
    for line in lines[: starts[0] if starts else len(lines)]:
        session.read(line)
    bounds = pairwise([*starts, len(lines)])
    sections = tuple(_section(lines[start:end], session) for start, end in bounds)
    if len({section.mid for section in sections}) != len(sections):
        raise SdpError("two media sections have the same mid")
    return SessionDescription(
        session_id=session.session_id,
        version=session.version,
        sections=sections,
        bundle=session.bundle,
        ice_lite=session.ice_lite,
        fingerprints=tuple(session.fingerprints),
        msid_semantic=session.msid_semantic,
    )


def _lines(text: str) -> list[str]:
    if len(text) > MAX_LENGTH:
        raise SdpError(f"longer than {MAX_LENGTH} characters")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if len(lines) > MAX_LINES:
        raise SdpError(f"more than {MAX_LINES} lines")
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise SdpError(f"line {number} is longer than {MAX_LINE} characters")
        if _CONTROL.search(line):
            raise SdpError(f"line {number} has a control character")
        if line and line[1:2] != "=":
            raise SdpError(f"line {number} is not of the form x=...")
    if lines[0] != "v=0":
        raise SdpError("does not begin with v=0")
    return [line for line in lines if line]


def _section(lines: list[str], session: "_Session") -> MediaSection:
    reader = SectionReader(lines[0])
    for line in lines[1:]:
        if line.startswith("a="):
            reader.read(*fields.attribute(line))
    section = reader.finish()
    # The session level speaks for every section that does not (RFC 8866 section 6.7, RFC 8839 section 5.4).
    return replace(
        section,
        ufrag=section.ufrag or session.ufrag,
        password=section.password or session.password,
        fingerprints=section.fingerprints or tuple(session.fingerprints),
        setup=section.setup or session.setup,
    )


@dataclass(slots=True)
class _Session:
    """What stands above the first m-line."""

    session_id: int = 0
    version: int = 0
    bundle: tuple[str, ...] = ()
    ice_lite: bool = False
    msid_semantic: bool = False
    fingerprints: list[Fingerprint] = field(default_factory=list)
    ufrag: str = ""
    password: str = ""
    setup: Setup | None = None

    def read(self, line: str) -> None:
        if line.startswith("o="):
            self._origin(line[2:].split())
        elif line.startswith("a="):
            self._attribute(*fields.attribute(line))

    def _origin(self, words: list[str]) -> None:
        if len(words) != 6:
            raise SdpError("the o= line does not have six fields")
        self.session_id = fields.number(words[1], 2**64 - 1, "session id")
        self.version = fields.number(words[2], 2**64 - 1, "session version")

    def _attribute(self, name: str, value: str) -> None:
        match name:
            case "group":
                semantics, *mids = value.split() or [""]
                # Of several BUNDLE groups only the first is used: one transport carries everything.
                if semantics == "BUNDLE" and not self.bundle:
                    self.bundle = tuple(fields.matching(fields.MID, mid, "mid") for mid in mids)
            case "ice-lite":
                self.ice_lite = True
            case "msid-semantic":
                self.msid_semantic = True
            case "fingerprint":
                self.fingerprints.append(fields.fingerprint(value))
            case "ice-ufrag":
                self.ufrag = fields.matching(fields.ICE, value, "ice-ufrag")
            case "ice-pwd":
                self.password = fields.matching(fields.ICE, value, "ice-pwd")
            case "setup":
                self.setup = fields.setup(value)
