"""The query of a request as typed values. In: names with texts, and the types a route declares. Out: checked values."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from journal_bridge.core.problems import wrong_query

MAX_PAGE = 200  # lines in one page of a list
DEFAULT_PAGE = 50
MAX_CURSOR = 400  # characters; ours have fewer than 100

Limit = Annotated[int, Meta(ge=1, le=MAX_PAGE, description=f"Lines in one page; {DEFAULT_PAGE} when it is left out.")]
After = Annotated[str, Meta(min_length=1, max_length=MAX_CURSOR, description="`next` of the previous page, unchanged.")]

PAGED: Mapping[str, Any] = {"limit": Limit, "after": After}
"""What every list takes."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_BOOLEANS = {"true": True, "false": False}


def typed(found: Iterable[tuple[str, str]], types: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as their types. Raises ProblemError for one that is unknown, repeated or does not fit."""
    values: dict[str, Any] = {}
    for name, text in found:
        if any("\ud800" <= each <= "\udfff" for each in name + text):
            raise wrong_query("", "The query is no UTF-8.")
        if name not in types:
            known = ", ".join(sorted(types)) or "none"
            raise wrong_query(name, f"Unknown parameter {name}; known are {known}.")
        if name in values:
            raise wrong_query(name, f"{name} is given twice.")
        values[name] = _value(name, text, types[name])
    return values


def described(kind: Any) -> str:
    """What a parameter's type says of itself."""
    return next((meta.description for meta in getattr(kind, "__metadata__", ()) if meta.description), "")


def _value(name: str, text: str, kind: Any) -> Any:
    try:
        return msgspec.convert(_plain(text, kind), type=kind)
    except msgspec.ValidationError as error:
        raise wrong_query(name, f"{name}: {error}.") from None


def _plain(text: str, kind: Any) -> Any:
    """Numbers and truth values as such: everything else is written as a text in JSON too."""
    written = _written(kind)
    if written is int and _NUMBER.fullmatch(text):
        return int(text)
    return _BOOLEANS.get(text, text) if written is bool else text


@cache
def _written(kind: Any) -> type:
    info = msgspec.inspect.type_info(kind)
    while isinstance(info, msgspec.inspect.Metadata):
        info = info.type
    if isinstance(info, msgspec.inspect.IntType):
        return int
    return bool if isinstance(info, msgspec.inspect.BoolType) else str
