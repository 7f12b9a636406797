"""XML of BigBlueButton: answers out, the body of `create` in. Nothing is fetched, nothing is expanded."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from journal_bridge.core.bbb import invalid

MAX_DOCUMENTS = 100

Fields = Sequence[tuple[str, "str | int | bool | Fields"]]
"""Elements in order; an element holds a text, a number, true or false, or elements."""

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 section 2.2


def answer(fields: Fields) -> str:
    """The whole document."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<response>{_written(fields)}</response>\n'


def documents(body: bytes) -> int:
    """How many documents the body of `create` brings. Raises BbbError when it is not such a body."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):  # LookupError: an encoding nobody knows
        raise invalid("The body is not XML that can be read.") from None
    if root.tag != "modules":
        raise invalid("The body's root element is <modules>.")
    count = sum(1 for module in root.iter("module") for _ in module.iter("document"))
    if count > MAX_DOCUMENTS:
        raise invalid(f"A meeting takes {MAX_DOCUMENTS} documents.")
    return count


def _written(fields: Fields) -> str:
    return "".join(f"<{name}>{_content(value)}</{name}>" for name, value in fields)


def _content(value: "str | int | bool | Fields") -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return escape(_ILLEGAL.sub("", value)) if isinstance(value, str) else _written(value)
