"""How a journal names a record: `ext:` and its own id everywhere, or bare."""

import re

EXT = "ext:"
MAX_LENGTH = 132  # characters: `ext:` and the 128 of a long UUID or URN
PATTERN = r"^(?!ext:$)[^\x00-\x20\x7f/]+$"  # no blanks, slashes or control characters; something behind `ext:`

_PATTERN = re.compile(PATTERN)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # what a path's undecodable bytes become; no text has them


def is_ext(reference: str) -> bool:
    """Does it say that it is the journal's own id?"""
    return reference.startswith(EXT)


def bare(reference: str) -> str:
    """The id itself."""
    return reference.removeprefix(EXT)


def well_formed(reference: str) -> bool:
    """May it name anything? No control characters, no blanks, no slash, not too long."""
    if len(reference) > MAX_LENGTH or _LONE_SURROGATE.search(reference):
        return False
    return _PATTERN.fullmatch(reference) is not None
