"""A query and an X-Forwarded-For of anybody.

Invariant: checked values, or a problem that names the parameter; never a longer wait. The address that is found
is the peer's own, or a text that the header holds.
"""

from typing import Any
from urllib.parse import parse_qsl

from identity.core.addresses import client, networks
from identity.core.problems import ProblemError
from journal_bridge.http.api import ROUTES
from journal_bridge.http.query import MAX_PAGE, typed

SEEDS: tuple[bytes, ...] = (
    b"limit=50&after=abc&status=running&from=2026-01-26",
    b"start=2026-01-26&limit=0&limit=1",
    b"198.51.100.1, 10.0.0.3, ::ffff:10.0.0.2, fe80::1%eth0",
)

TRUSTED = networks(["10.0.0.0/8", "::1"])


def fuzz(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=None, errors="surrogateescape")
    for route in ROUTES:
        try:
            found: dict[str, Any] = typed(pairs, route.query)
        except ProblemError as error:
            assert error.code == "query_invalid" and error.errors
            continue
        assert set(found) <= set(route.query)
        assert 1 <= found.get("limit", 1) <= MAX_PAGE
    address = client("10.0.0.1", text, TRUSTED)
    assert address == "10.0.0.1" or address in text
