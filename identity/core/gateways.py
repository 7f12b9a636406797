"""Requests to an SMS gateway out of the operator's templates.

`{phone}` (E.164), `{digits}` (the same without its plus) and `{text}` stand for the message; each is escaped as its
place needs, so that no text can add a field to a request.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, quote_plus

BodyKind = Literal["form", "json"]

CONTENT_TYPES: Mapping[str, str] = {
    "form": "application/x-www-form-urlencoded",
    "json": "application/json",
}

_PLACE = re.compile(r"\{(phone|digits|text)\}")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x1f\x7f]*)")  # RFC 9110 section 5


@dataclass(frozen=True, slots=True)
class Template:
    """How one gateway is asked. `marker`: a text that its answer holds when the message was taken over."""

    url: str
    method: Literal["GET", "POST"]
    headers: tuple[str, ...]
    body_kind: BodyKind
    body: str
    marker: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


def request(template: Template, phone: str, text: str) -> Outgoing:
    """The request that sends one message."""
    values = {"phone": phone, "digits": phone.lstrip("+"), "text": text}
    headers = dict(map(header, template.headers))
    body = b""
    if template.method == "POST":
        escape = _in_json if template.body_kind == "json" else quote_plus
        body = _filled(template.body, values, escape).encode()
        headers = {"Content-Type": CONTENT_TYPES[template.body_kind], **headers}
    return Outgoing(template.method, _filled(template.url, values, _in_url), headers, body)


def header(line: str) -> tuple[str, str]:
    """A line "Name: value". Raises ValueError."""
    match = _HEADER.fullmatch(line)
    if match is None:
        raise ValueError('a header is written "Name: value"')
    return match[1], match[2].strip()


def body_problem(template: Template) -> str:
    """Why the body's template cannot be used, "" when it can."""
    if template.method != "POST" or template.body_kind != "json":
        return ""
    try:
        json.loads(_filled(template.body, {"phone": "+7", "digits": "7", "text": '"'}, _in_json))
    except ValueError as error:
        return f"is no JSON: {error}"
    return ""


def _filled(template: str, values: Mapping[str, str], escape: Callable[[str], str]) -> str:
    return _PLACE.sub(lambda place: escape(values[place[1]]), template)


def _in_url(text: str) -> str:
    return quote(text, safe="")


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
