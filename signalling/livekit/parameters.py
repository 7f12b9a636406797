"""Query parameters of `/rtc`: what a client says about itself when it connects."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from livekit.protocol import models

from signalling.core.participant import Client

TRUE = frozenset({"1", "true", "True", "t"})
FALSE = frozenset({"0", "false", "False", "f"})

KNOWN_CAPABILITIES = (
    models.ClientInfo.Capability.CAP_PACKET_TRAILER,
    models.ClientInfo.Capability.CAP_COMPRESSION_DEFLATE_RAW,
)

MAX_TEXT = 64
"""Characters kept of the client's name and version, which are only for the log."""


class ParameterError(ValueError):
    """A parameter that means nothing. The text names it."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """How to connect. `sid` is the participant that resumes, "" for a new one."""

    client: Client
    sid: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def parse(query: Mapping[str, str]) -> Parameters:
    """Raises ParameterError. Unknown parameters are ignored."""
    resumes = _flag(query, "reconnect", default=False)
    client = Client(
        protocol=_number(query, "protocol"),
        client_protocol=_number(query, "client_protocol"),
        capabilities=_capabilities(query.get("capabilities", "")),
        auto_subscribe=_flag(query, "auto_subscribe", default=True),
        sdk=query.get("sdk", "")[:MAX_TEXT],
        version=query.get("version", "")[:MAX_TEXT],
    )
    return Parameters(client, query.get("sid", "") if resumes else "", _attributes(query.get("attributes", "")))


def _flag(query: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = query.get(name, "")
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    if value:
        raise ParameterError(f"{name} must be 0 or 1")
    return default


def _number(query: Mapping[str, str], name: str) -> int:
    value = query.get(name, "") or "0"
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise ParameterError(f"{name} must be a number")
    return int(value)


def _capabilities(text: str) -> tuple[models.ClientInfo.Capability, ...]:
    """Those that we know of: what we do not know we cannot promise to others on the client's behalf."""
    named = set(text.split(","))
    return tuple(known for known in KNOWN_CAPABILITIES if str(int(known)) in named)


def _attributes(text: str) -> Mapping[str, str]:
    if not text:
        return {}
    try:
        raw = base64.b64decode(text.translate({45: "+", 95: "/"}) + "=" * (-len(text) % 4), validate=True)
        return msgspec.json.decode(raw, type=dict[str, str])
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise ParameterError("attributes must be a base64 JSON object of texts") from error
