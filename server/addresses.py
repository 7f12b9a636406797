"""Which addresses of this machine media listens on. In: the configuration. Out: addresses to bind."""

import ipaddress
import os
from collections.abc import Sequence

import ifaddr


def local_addresses() -> list[str]:
    """Every usable address of this machine, the outside ones first, so that clients try those first."""
    found = []
    for adapter in ifaddr.get_adapters():
        for entry in adapter.ips:
            address = ipaddress.ip_address(entry.ip if isinstance(entry.ip, str) else entry.ip[0])
            # A link-local IPv6 address needs a zone, which a candidate cannot carry (RFC 8839 section 5.1).
            if not (address.is_link_local or address.is_multicast):
                found.append(address)
    return [str(address) for address in sorted(found, key=lambda a: (a.is_loopback, a.version))]


def bindable(configured: Sequence[str], port: int, thread: int) -> list[tuple[str, int]]:
    """Address and port pairs of one forwarding thread; thread 0 has `port`, the next the next port."""
    return [(address, port + thread if port else 0) for address in configured or local_addresses()]


def thread_count(configured: int) -> int:
    """Forwarding threads: as configured, or one for each core but the event loop's."""
    return configured or max(1, len(os.sched_getaffinity(0)) - 1)
