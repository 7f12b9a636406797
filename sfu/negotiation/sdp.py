"""SDP text -> `SessionDescription` and back. Text of a peer is bounded and checked; only `SdpError` comes out.

What is kept is in `description.py`. `render(parse(text))` is stable: parsing it again gives the same value.
"""

import re
from dataclasses import dataclass, replace

from sfu.negotiation import fields
from sfu.negotiation.description import Fingerprint, MediaSection, SessionDescription, Setup, with_mid
from sfu.negotiation.errors import SdpError
from sfu.negotiation.section import SectionReader
from sfu.negotiation.writer import Writer, render

__all__ = ["Reader", "SdpError", "Writer", "parse", "render"]

MAX_LENGTH = 1024 * 1024  # characters; a browser's answer to 500 sections has about 700,000
MAX_SECTIONS = 512  # m-lines are never removed from a session, so this also bounds its life
MAX_LINES = 20_000  # 40 lines in each of 500 sections
MAX_FINGERPRINTS = 16  # of the session; a certificate has one for each kind of hash
MAX_LINE = 4096  # characters; the longest known, an m-line with every payload number, has about 450

_MID_LINE = re.compile(rf"\na=mid:({fields.MID.pattern})(?=\n|\Z)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def parse(text: str) -> SessionDescription:
    """Read a description. Raises SdpError when it is malformed or beyond a limit; unknown attributes are ignored."""
    return Reader().parse(text)


class Reader:
    """Reads the descriptions that follow one another on a connection.

    Most of their sections are what they were in the description before, or what others are but for the mid. Those are
    not read again; a section that is as before comes out as the same object.
    """

    def __init__(self) -> None:
        self._defaults: _Defaults | None = None
        self._bodies: dict[str, MediaSection] = {}  # by the text without its mid, of the last description
        self._sections: dict[str, _Read] = {}  # by mid

    def parse(self, text: str) -> SessionDescription:
        """As the function `parse`. An error leaves the description before as the last one."""
        head, *texts = _split(text)
        session = _Session()
        for line in _lines(head):
            session.read(line)
        known = self._bodies if session.defaults == self._defaults else {}
        bodies: dict[str, MediaSection] = {}
        read = [self._read(section, session.defaults, known, bodies) for section in texts]
        sections = {each.section.mid: each for each in read}
        if len(sections) != len(read):
            raise SdpError("two media sections have the same mid")
        self._defaults, self._bodies, self._sections = session.defaults, bodies, sections
        return SessionDescription(
            session_id=session.session_id,
            version=session.version,
            sections=tuple(each.section for each in read),
            bundle=session.bundle,
            ice_lite=session.ice_lite,
            fingerprints=session.defaults.fingerprints,
            msid_semantic=session.msid_semantic,
        )

    def _read(
        self, text: str, defaults: "_Defaults", known: dict[str, MediaSection], bodies: dict[str, MediaSection]
    ) -> "_Read":
        """A section. `bodies` are those of the present description so far."""
        found = _MID_LINE.search(text)
        if found is None or text.count("\na=mid") != 1:  # of more than one the last counts, a bad one is an error
            section = _section(text, defaults)
            return _Read(section, section)
        mid, body = found[1], text[: found.start()] + text[found.end() :]
        same = bodies.get(body) or known.get(body) or _section(text, defaults)
        bodies[body] = same
        before = self._sections.get(mid)
        if before is not None and before.body is same:
            return before
        return _Read(same, same if same.mid == mid else with_mid(same, mid))


@dataclass(frozen=True, slots=True)
class _Read:
    """A section, and the one that was read first of those with the same body."""

    body: MediaSection
    section: MediaSection


def _split(text: str) -> list[str]:
    """The session's part and those of the sections; lines end in LF only."""
    if len(text) > MAX_LENGTH:
        raise SdpError(f"longer than {MAX_LENGTH} characters")
    if text.count("\n") >= MAX_LINES:
        raise SdpError(f"more than {MAX_LINES} lines")
    head, *sections = text.replace("\r\n", "\n").removesuffix("\r").removesuffix("\n").split("\nm=")
    if head != "v=0" and not head.startswith("v=0\n"):
        raise SdpError("does not begin with v=0")
    if len(sections) > MAX_SECTIONS:
        raise SdpError(f"more than {MAX_SECTIONS} media sections")
    return [head, *("m=" + section for section in sections)]


def _lines(part: str) -> list[str]:
    lines = [line for line in part.split("\n") if line]
    for line in lines:
        if len(line) > MAX_LINE:
            raise SdpError(f"a line is longer than {MAX_LINE} characters: {line[:40]!r}")
        if _CONTROL.search(line):
            raise SdpError(f"a line has a control character: {line[:40]!r}")
        if line[1:2] != "=":
            raise SdpError(f"a line is not of the form x=...: {line[:40]!r}")
    return lines


def _section(text: str, defaults: "_Defaults") -> MediaSection:
    lines = _lines(text)
    reader = SectionReader(lines[0])
    for line in lines[1:]:
        if line.startswith("a="):
            reader.read(*fields.attribute(line))
    section = reader.finish()
    # The session level speaks for every section that does not (RFC 8866 section 6.7, RFC 8839 section 5.4).
    return replace(
        section,
        ufrag=section.ufrag or defaults.ufrag,
        password=section.password or defaults.password,
        fingerprints=section.fingerprints or defaults.fingerprints,
        setup=section.setup or defaults.setup,
    )


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What the session level says for all sections."""

    ufrag: str = ""
    password: str = ""
    fingerprints: tuple[Fingerprint, ...] = ()
    setup: Setup | None = None


@dataclass(slots=True)
class _Session:
    """What stands above the first m-line."""

    session_id: int = 0
    version: int = 0
    bundle: tuple[str, ...] = ()
    ice_lite: bool = False
    msid_semantic: bool = False
    defaults: _Defaults = _Defaults()

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
                prints = (*self.defaults.fingerprints, fields.fingerprint(value))
                if len(prints) > MAX_FINGERPRINTS:
                    raise SdpError(f"more than {MAX_FINGERPRINTS} fingerprints")
                self.defaults = replace(self.defaults, fingerprints=prints)
            case "ice-ufrag":
                self.defaults = replace(self.defaults, ufrag=fields.matching(fields.ICE, value, "ice-ufrag"))
            case "ice-pwd":
                self.defaults = replace(self.defaults, password=fields.matching(fields.ICE, value, "ice-pwd"))
            case "setup":
                self.defaults = replace(self.defaults, setup=fields.setup(value))
