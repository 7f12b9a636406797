"""Any report's raw figures as what JSON can hold. Pure."""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import PurePath
from typing import Any


def plain(value: Any) -> Any:
    """Dataclasses and mappings as dicts, sequences and sets as lists, enums by name, at any depth.

    A path keeps its last part only, so that reports do not tell how the machine's folders are called. Numbers
    that JSON cannot hold become None. Raises TypeError for anything else.
    """
    match value:
        case Enum():
            return value.name
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case PurePath():
            return value.name
        case Mapping():
            return {_key(key): plain(item) for key, item in value.items()}
        case tuple() if hasattr(value, "_asdict"):
            return plain(value._asdict())
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return [plain(item) for item in sorted(value)]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"a report cannot hold a {type(value).__name__}")


def _key(key: Any) -> str:
    return key.name if isinstance(key, Enum) else str(key)
