"""Where a request really comes from, and whether that place is one of those expected."""

import ipaddress
from collections.abc import Iterable, Sequence

MAX_HOPS = 20  # proxies that a request may name; more is an attempt to keep us busy

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks like 10.0.0.0/8 or single addresses. Raises ValueError."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def within(address: str, known: Sequence[Network]) -> bool:
    """Is the address in one of the networks? An IPv4 address may come as ::ffff:192.0.2.1."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return any((mapped or parsed) in network for network in known)


def client(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The address of who asks: `peer`, or what trusted proxies say of it in X-Forwarded-For.

    Each proxy appends the address it saw, so only what stands behind the last untrusted one can be believed.
    """
    found = peer
    for hop in reversed(forwarded.split(",")[-MAX_HOPS:]):
        if not within(found, trusted) or not hop.strip():
            break
        found = hop.strip()
    return found
