"""BigBlueButton requests: parameters, the checksum over them, refusals. In: raw texts. Out: checked values.

https://docs.bigbluebutton.org/development/api, "API Security Model". The checksum is made of the call's name, the query
as it was sent without the checksum, and the secret; a recorded request may be repeated, as with BigBlueButton itself.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote_plus

MAX_PARAMETERS = 300  # Moodle sends up to 60, a form of ours never more
MAX_NUMBER = 10**8

ALGORITHMS: Mapping[int, str] = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
"""By the length of the checksum in hexadecimal digits."""

_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
)  # not wanted in names; XML 1.0 has no word for them
_NUMBER = re.compile(r"-?[0-9]{1,9}")


class BbbError(Exception):
    """The call has failed and nothing has changed. `key` is what clients tell failures apart by."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


def invalid(message: str) -> BbbError:
    """A parameter that cannot be accepted."""
    return BbbError("validationError", message)


NOT_FOUND = "We could not find a meeting with that meeting ID - perhaps the meeting is not yet running?"


def not_found() -> BbbError:
    """The client has no such meeting."""
    return BbbError("notFound", NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a call is given. Missing parameters are ""; of a repeated one the first counts."""

    values: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def number(self, name: str, default: int) -> int:
        """A whole number; below zero means zero, as some clients say "no limit". Raises BbbError."""
        text = self.text(name)
        if not text:
            return default
        if not _NUMBER.fullmatch(text) or int(text) > MAX_NUMBER:
            raise invalid(f"{name} is a whole number.")
        return max(0, int(text))

    def flag(self, name: str, default: bool = False) -> bool:
        """ "true" is true, whatever the case; anything else is not."""
        text = self.text(name)
        return text.lower() == "true" if text else default

    def listed(self, name: str) -> tuple[str, ...]:
        """The parts of a list with commas."""
        return tuple(part for part in (part.strip() for part in self.text(name).split(",")) if part)

    def prefixed(self, prefix: str) -> dict[str, str]:
        """Parameters that start so, without the prefix."""
        return {name.removeprefix(prefix): value for name, value in self.values.items() if name.startswith(prefix)}


@dataclass(frozen=True, slots=True)
class Signed:
    """A request's parameters before anybody knows who sent it: `texts` are what the checksum may be made of."""

    parameters: Parameters
    checksum: str
    texts: tuple[str, ...]


def read(query: str, form: str = "") -> Signed:
    """A request from its raw query and its raw form body. Raises BbbError.

    Parameters of a body count only when the checksum covers them: alone as they were sent, or all in alphabetical
    order, encoded as Java's URLEncoder does, which is how BigBlueButton itself reads a form.
    """
    in_query, in_form = _pairs(query), _pairs(form)
    if twice := {name for name, _ in in_query}.intersection(name for name, _ in in_form):
        raise BbbError("checksumError", f"{min(twice)} is in the address and in the body.")
    pairs = in_query + in_form
    checksums = [value for name, value in pairs if name == "checksum"]
    if len(checksums) != 1:
        raise BbbError("checksumError", "You did not pass the checksum security check")
    rest = [(name, value) for name, value in pairs if name != "checksum"]
    texts = []
    if not any(name != "checksum" for name, _ in in_form):
        texts.append(_without_checksum(query))
    elif not any(name != "checksum" for name, _ in in_query):
        texts.append(_without_checksum(form))
    if in_form:
        texts.append(
            "&".join(f"{name}={form_encoded(value)}" for name, value in sorted(rest, key=lambda pair: pair[0]))
        )
    values: dict[str, str] = {}
    for name, value in rest:
        values.setdefault(name, _CONTROLS.sub("", value).strip())
    return Signed(Parameters(values), checksums[0], tuple(texts))


def client_of(signed: Signed, call: str, secrets: Mapping[str, str]) -> str:
    """The client whose secret made the checksum. Takes as long whichever it is. Raises BbbError."""
    algorithm = ALGORITHMS.get(len(signed.checksum))
    found = ""
    for name, secret in secrets.items():
        for text in signed.texts:
            right = checksum(call + text, secret, algorithm or "sha256")
            if hmac.compare_digest(right, signed.checksum.lower().encode(errors="replace")):
                found = name
    if not found or algorithm is None:
        raise BbbError("checksumError", "You did not pass the checksum security check")
    return found


def checksum(text: str, secret: str, algorithm: str) -> bytes:
    """Hexadecimal digits."""
    return hashlib.new(algorithm, (text + secret).encode(errors="surrogateescape")).hexdigest().encode()


def meeting_id(parameters: Parameters, name: str = "meetingID") -> str:
    """A meeting's name at its client. Raises BbbError."""
    found = parameters.text(name)
    if not 2 <= len(found) <= 256 or "," in found:
        raise invalid(f"{name} has 2 to 256 characters and no comma.")
    return found


def is_web_address(text: str) -> bool:
    """May a browser be shown it as a link, may we call it? The shell that connects looks closer."""
    return bool(re.fullmatch(r"https?://[^\s<>\"'\\^`{|}]{1,1990}", text, re.IGNORECASE))


def form_encoded(value: str) -> str:
    """As browsers and Java's URLEncoder write a value of a form."""
    return quote_plus(value, safe="*", errors="replace").replace("~", "%7E")


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_PARAMETERS, errors="replace")
    except ValueError:
        raise invalid("Too many parameters.") from None


def _without_checksum(text: str) -> str:
    return "&".join(part for part in text.split("&") if part.partition("=")[0] != "checksum")
