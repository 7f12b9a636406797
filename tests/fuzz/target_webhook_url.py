"""A webhook's address. Invariant: it is refused with a reason, or what Python's own parser sees in it is a host that
is a name or a public address, over TLS, without user and fragment."""

import ipaddress
from urllib.parse import urlsplit

from yarl import URL

from journal_bridge.core.targets import TargetError, Targets

TARGETS = Targets()

SEEDS: tuple[bytes, ...] = (
    b"https://journal.example.org/hooks/zvonok",
    b"https://[::ffff:127.0.0.1]/",
    b"https://[2a02:6b8::1]:8443/x?y=1",
    b"https://user:pass@127.0.0.1#",
    b"http://2130706433\\@example.org",
    b"https://0x7f.1/",
    "https://школа.рф/".encode(),
    b"https://[64:ff9b::7f00:1%25eth0]/",
)


def fuzz(data: bytes) -> None:
    text = data.decode(errors="surrogateescape")
    try:
        TARGETS.check_url(text)
    except TargetError as error:
        assert error.code in ("malformed", "not_https", "private") and str(error)
        return
    parts = urlsplit(text)
    assert parts.scheme == "https" and parts.hostname and parts.username is None and not parts.fragment
    try:
        host = URL(text).raw_host or ""  # what the client that connects makes of it
    except ValueError:
        return  # it will not connect at all
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return
    TARGETS.check_address(address, "https")
