"""Where webhooks may go: public addresses over TLS, and what the operator allows besides.

A journal chooses the address, our server connects: without this it could reach into the school's own network.
"""

import ipaddress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

MAX_URL = 2000  # characters

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Scheme = Literal["http", "https"]

PROTOCOL = ipaddress.IPv4Network("192.0.0.0/24")  # RFC 6890 section 2.2.2; older Pythons call parts of it global
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052 section 2.1: an IPv4 address in the last 32 bits
EMBEDDING = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "::/96",  # IPv4-compatible, RFC 4291 section 2.5.5.1; ::1 and :: are in it
        "64:ff9b:1::/48",  # local NAT64, RFC 8215
        "2001::/32",  # Teredo, RFC 4380
        "2002::/16",  # 6to4, RFC 3056
        "fec0::/10",  # site-local, RFC 3879
    )
)
"""IPv6 that leads to IPv4 by ways a school's router may know, or into old local networks: never public."""


class TargetError(ValueError):
    """An address that webhooks may not go to: `code` is stable, the text is a sentence."""

    def __init__(self, code: Literal["malformed", "not_https", "private"], message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Targets:
    """What may be reached; `allowed` are networks that the operator opened, over plain HTTP too."""

    allowed: tuple[Network, ...] = ()

    def check_url(self, url: str) -> None:
        """Raises TargetError. A name's addresses are checked by `check_address` when it is connected to."""
        scheme, host = _split(url)
        if scheme == "http" and not self.allowed:
            raise TargetError("not_https", "The address must start with https://.")
        literal = _literal(host)
        if literal is not None:
            self.check_address(literal, scheme)
        elif host == "localhost" or host.endswith(".localhost"):  # RFC 6761 section 6.3
            self.check_address(ipaddress.IPv4Address("127.0.0.1"), scheme)

    def check_address(self, address: Address | str, scheme: Scheme) -> None:
        """Raises TargetError when a connection to this address must not be made."""
        found = _plain(ipaddress.ip_address(address.partition("%")[0]) if isinstance(address, str) else address)
        if any(found.version == network.version and found in network for network in self.allowed):
            return
        if not _is_public(found):
            raise TargetError("private", f"{found} is not a public address, and webhooks.allow does not name it.")
        if scheme == "http":
            raise TargetError("not_https", "Only addresses that webhooks.allow names may be reached without TLS.")


def _split(url: str) -> tuple[Scheme, str]:
    malformed = TargetError("malformed", "Send an address like https://journal.school.ru/hooks/zvonok.")
    if len(url) > MAX_URL or not url.isprintable() or any(letter in url for letter in ' \\"<>^`{|}'):
        raise malformed
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise malformed from None
    if not host or host.startswith(".") or ".." in host or port == 0:
        raise malformed
    if parts.username is not None or parts.password is not None or "#" in url:
        raise TargetError("malformed", "An address has no user, no password and no fragment.")
    if parts.scheme == "https":
        return "https", host
    if parts.scheme == "http":
        return "http", host
    raise malformed


def _literal(host: str) -> Address | None:
    """The address that a host is, None for a name. Old spellings (127.1, 0x7f.1) are addresses to resolvers too."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    last = host.rstrip(".").rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):  # no top-level domain looks so, RFC 3696 section 2
        raise TargetError("malformed", "Write an IPv4 address as four decimal numbers.")
    return None


def _plain(address: Address) -> Address:
    """IPv4 that is written as IPv6, as IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and any(address in network for network in EMBEDDING):
        return False
    if isinstance(address, ipaddress.IPv4Address) and address in PROTOCOL:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
