"""Ids of ours: a prefix that says what it names, and 80 random bits."""

from base64 import b32encode
from typing import Literal

ID_BYTES = 10

Prefix = Literal[
    "dlv",
    "whe",
    "srv",
    "jrn",
    "sch",
    "per",
    "cls",
    "sub",
    "call",
    "evt",
    "vis",
    "lnk",
    "inv",
    "imp",
    "cal",
    "plc",
    "plt",
]


def make(prefix: Prefix, random: bytes) -> str:
    """Like `call_7k2mq3v5xw6ya2bc`: safe in URLs, file names and room names."""
    assert len(random) == ID_BYTES
    return f"{prefix}_{b32encode(random).decode().lower()}"
