"""How often something may be done. In: who does it, the time. Out: the counter it falls under.

Windows stand fast ("each hour from the full hour"), so that a counter is one row which servers share, and at a change
of windows twice the limit is the most that can happen.
"""

import hashlib
import ipaddress
from dataclasses import dataclass

HOUR, DAY = 3600.0, 86400.0  # seconds
IPV6_PREFIX = 64  # bits: a household or a school has that many addresses to itself


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in each window of so many seconds."""

    name: str
    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Counter:
    """One subject's count in the window of now."""

    key: str  # a hash: who was counted cannot be read off the table
    count: int  # how far it may go
    expires_at: float


SENDS_PHONE = (Limit("send.phone.hour", 5, HOUR), Limit("send.phone.day", 10, DAY))
"""Messages to one phone, whoever asks for them: nobody's phone is filled with codes."""

GUESSES_PHONE = (Limit("code.phone.hour", 20, HOUR), Limit("code.phone.day", 50, DAY))
"""Codes tried for one phone in all attempts: by guessing, one in 20,000 succeeds in a day."""

GUESSES_ADDRESS = (Limit("code.address.hour", 600, HOUR),)
"""Codes tried from one address: a whole school may sit behind it."""

PASSWORDS_PHONE = (Limit("password.phone.hour", 10, HOUR), Limit("password.phone.day", 30, DAY))
PASSWORDS_ADDRESS = (Limit("password.address.hour", 200, HOUR),)
PASSWORD_CHANGES = (Limit("password.profile.hour", 10, HOUR),)
"""Old passwords tried by a signed-in browser: it may be somebody else who sits there."""

ATTEMPTS_ADDRESS = (Limit("attempt.address.hour", 2000, HOUR),)
"""Attempts begun from one address: each is a row for half an hour."""


def sends_address(hourly: int) -> tuple[Limit, ...]:
    """Messages asked for from one address: messages cost money, and a school signs up on one morning."""
    return (Limit("send.address.hour", hourly, HOUR), Limit("send.address.day", 5 * hourly, DAY))


def counter(limit: Limit, subject: str, now: float) -> Counter:
    """The counter of a subject (a phone, an address) now."""
    window = int(now // limit.seconds)
    key = hashlib.sha256(f"{limit.name} {subject} {window}".encode(errors="replace")).hexdigest()
    return Counter(key, limit.count, (window + 1) * limit.seconds)


def network(address: str) -> str:
    """What is counted of a network address: all of IPv4, the network of IPv6."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, IPV6_PREFIX), strict=False))
