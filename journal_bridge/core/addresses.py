"""Addresses that a journal registers: where its users sign in, where they may be sent back to. In: text. Out: origins.

An address of somebody else's choice would make us an open redirect, so only registered origins are ever used.
"""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

MAX_URL = 1000  # characters
_NETLOC = re.compile(r"[A-Za-z0-9.\-:\[\]]+")  # no user name, no escapes
DEFAULT_PORTS = {"http": 80, "https": 443}


def web_origin(url: str) -> str:
    """Scheme, host and port of a web address, in one way of writing. Raises ValueError when it is none of ours to use.

    http is accepted as well: journals of one school run inside its network.
    """
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or any(mark in url for mark in ' "<>\\^`{|}'):
        raise ValueError("not a web address: ASCII without blanks (encode others), 1000 characters at most")
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError("the address starts with https:// or http://")
    if not parts.hostname or not _NETLOC.fullmatch(parts.netloc) or not parts.hostname.strip("."):
        raise ValueError("the address has a host and no user name")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port  # raises ValueError
    return f"{parts.scheme}://{host}" + ("" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}")


def allowed(url: str, origins: Collection[str]) -> bool:
    """May a browser be sent there? Only to a registered origin."""
    try:
        return web_origin(url) in origins
    except ValueError:
        return False


def with_query(url: str, **values: str) -> str:
    """The address with these parameters, instead of parameters of the same names."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in values]
    return urlunsplit(parts._replace(query=urlencode([*kept, *values.items()])))
