"""Requests to an SMS gateway out of the operator's templates.

`{phone}` (E.164), `{digits}` (the same without its plus) and `{text}` stand for the message; each is escaped as its
place needs, so that no text can add a field to a request.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, quote_plus, urlsplit

BodyKind = Literal["form", "json"]

CONTENT_TYPES: Mapping[str, str] = {
    "form": "application/x-www-form-urlencoded",
    "json": "application/json",
}

LOOPBACK = ("localhost", "127.0.0.1", "::1")

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


def template_problems(template: Template) -> list[str]:
    """What is wrong with a template, a sentence for each thing; none holds a key that may be in it."""
    problems = []
    if not _safe(template.url):
        problems.append("url must be an https:// address (http:// on this machine only).")
    if any(_HEADER.fullmatch(line) is None for line in template.headers):
        problems.append('headers must be lines like "Name: value".')
    places = set(_PLACE.findall(template.url + template.body))
    if "text" not in places or not places & {"phone", "digits"}:
        problems.append("url or body must hold {text}, and {phone} or {digits}.")
    if template.method == "POST" and template.body_kind == "json" and not _is_json(template.body):
        problems.append("body must be JSON with the placeholders in texts.")
    return problems


def _safe(url: str) -> bool:
    """Codes travel to it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def _is_json(body: str) -> bool:
    try:
        json.loads(_filled(body, {"phone": "+7", "digits": "7", "text": '"'}, _in_json))
    except ValueError:
        return False
    return True


def _filled(template: str, values: Mapping[str, str], escape: Callable[[str], str]) -> str:
    return _PLACE.sub(lambda place: escape(values[place[1]]), template)


def _in_url(text: str) -> str:
    return quote(text, safe="")


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
