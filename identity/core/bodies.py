"""JSON bodies with their limits. In: bytes. Out: checked values, or an error that names the field."""

import re
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from identity.core.problems import FieldError, ProblemError

Text = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")]


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    """What a request sends; a field that is not declared is an error."""


class EmptyBody(Body, frozen=True):
    """POSTs which need no body."""


T = TypeVar("T", bound=Body)

_PLACE = re.compile(r"^(?P<message>.*?)(?: - at `(?:key in )?\$\.?(?P<place>[^`]*)`)?$", re.DOTALL)
_NAMED = re.compile(r"(missing required|unknown) field `(?P<name>[^`]+)`")


def decode(body: bytes, kind: type[T]) -> T:
    """The body as `kind`; an empty body counts as {}. Raises ProblemError."""
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except msgspec.ValidationError as error:
        wrong = _field_error(str(error))
        raise ProblemError("body_invalid", f"{wrong.field or 'body'}: {wrong.message}", errors=[wrong]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProblemError("body_not_json", f"{error}.") from None


def _field_error(text: str) -> FieldError:
    match = _PLACE.match(text)
    place = (match and match["place"]) or ""
    message = match["message"] if match else text
    named = _NAMED.search(text)
    if named is None:
        return FieldError(place, "invalid", message)
    name = f"{place}.{named['name']}".lstrip(".")
    return FieldError(name, "missing" if named[1].startswith("missing") else "unknown", message)
