"""Which addresses of this machine media listens on. In: the configuration. Out: addresses to bind."""

import ipaddress
import logging
import os
import socket
from collections.abc import Sequence

import ifaddr

log = logging.getLogger("zvonok.server")

MAX_ADDRESSES = 16  # sockets of one forwarding thread; every address is a candidate that each client has to try
LOOPBACKS = 2  # of those, for clients on the machine itself


def local_addresses() -> list[str]:
    """The usable addresses of this machine, the outside ones first, so that clients try those first.

    Machines with many containers or tunnels have more than a thread can serve: the last ones are left out.
    """
    found: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = []
    for adapter in ifaddr.get_adapters():
        for entry in adapter.ips:
            address = ipaddress.ip_address(entry.ip if isinstance(entry.ip, str) else entry.ip[0])
            # A link-local IPv6 address needs a zone, which a candidate cannot carry (RFC 8839 section 5.1).
            # Tunnels share their address; one that is still being checked for being unique is refused.
            if not (address.is_link_local or address.is_multicast or address in found) and _can_be_bound(address):
                found.append(address)
    ordered = sorted(found, key=lambda a: (a.is_loopback, a.version))
    loopbacks = [address for address in ordered if address.is_loopback][:LOOPBACKS]
    outside = [address for address in ordered if not address.is_loopback]
    room = MAX_ADDRESSES - len(loopbacks)
    if len(outside) > room:
        log.warning("media does not use %s: set media.addresses", ", ".join(str(one) for one in outside[room:]))
    return [str(address) for address in (*outside[:room], *loopbacks)]


def _can_be_bound(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError as error:
        log.warning("media does not use %s: %s", address, error.strerror)
        return False
    return True


def bindable(addresses: Sequence[str], port: int, thread: int) -> list[tuple[str, int]]:
    """Address and port pairs of one forwarding thread; thread 0 has `port`, the next the next port."""
    return [(address, port + thread if port else 0) for address in addresses]


def thread_count(configured: int) -> int:
    """Forwarding threads: as configured, or one for each core but the event loop's."""
    return configured or max(1, len(os.sched_getaffinity(0)) - 1)
