"""One message in both forms that clients speak: binary protobuf, and proto-JSON for those who send text."""

import json
from functools import cached_property

from google.protobuf import json_format
from google.protobuf.message import DecodeError
from livekit.protocol import rtc

from signalling.core.errors import ProtocolError


class Frame:
    """A message to clients, encoded at most once per form however many get it."""

    def __init__(self, message: rtc.SignalResponse) -> None:
        self.message = message

    @cached_property
    def binary(self) -> bytes:
        return self.message.SerializeToString()

    @cached_property
    def text(self) -> str:
        return json_format.MessageToJson(self.message, indent=None)


def parse_binary(data: bytes) -> rtc.SignalRequest:
    """Raises ProtocolError. Unknown fields are ignored, as clients may be newer than we are."""
    try:
        return rtc.SignalRequest.FromString(data)
    except DecodeError:
        raise ProtocolError("malformed frame") from None


def parse_text(data: str) -> rtc.SignalRequest:
    """Raises ProtocolError."""
    try:
        values = json.loads(data)
        if not isinstance(values, dict):
            raise ProtocolError("malformed frame")
        return json_format.ParseDict(values, rtc.SignalRequest(), ignore_unknown_fields=True)
    except (json_format.ParseError, RecursionError, ValueError):
        raise ProtocolError("malformed frame") from None
