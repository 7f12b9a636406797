"""How often something may be done. In: who does it, the time. Out: the counter it falls under.

Counts are kept for fast windows ("from the full hour"), so that each is one row which servers share. What may still be
done in a window also depends on the one before: as much of its count as lies within the last hour, taken as spread
evenly. At a change of windows nobody gets twice as much.
"""

import hashlib
import ipaddress
import math
from dataclasses import dataclass

HOUR, DAY = 3600.0, 86400.0  # seconds
ROUNDING = 1e-9  # what a sum of floating numbers may lack of a whole one
IPV6_PREFIX = 64  # bits: a household or a school has that many addresses to itself


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so many seconds."""

    name: str
    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Counter:
    """One subject's counts in the window of now and in the one before."""

    limit: Limit
    key: str  # a hash: who was counted cannot be read off the table
    key_before: str
    elapsed: float  # seconds of the window that have passed
    expires_at: float  # seconds since the epoch: from then on nobody asks for the count of now

    def room(self, before: int) -> int:
        """How far the count of now may go after a window with the count `before`."""
        share = 1 - self.elapsed / self.limit.seconds
        return max(0, math.floor(self.limit.count - before * share + ROUNDING))

    def wait(self, before: int, count: int) -> int:
        """Seconds until there is room for one more when nobody comes meanwhile, from a count that has none."""
        seconds, most = self.limit.seconds, self.limit.count
        if count < most:
            return math.ceil(seconds * (1 - (most - count - 1) / before) - self.elapsed)
        return math.ceil(seconds - self.elapsed + seconds * (1 - (most - 1) / count))


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

DEPARTURES_ADDRESS = (Limit("departure.address.hour", 2000, HOUR),)
"""Ways to an outside provider begun from one address: each is a row for ten minutes."""


def sends_address(hourly: int) -> tuple[Limit, ...]:
    """Messages asked for from one address: messages cost money, and a school signs up on one morning."""
    return (Limit("send.address.hour", hourly, HOUR), Limit("send.address.day", 5 * hourly, DAY))


def counter(limit: Limit, subject: str, now: float) -> Counter:
    """The counter of a subject (a phone, an address) now."""
    window = int(now // limit.seconds)
    keys = [
        hashlib.sha256(f"{limit.name} {subject} {one}".encode(errors="replace")).hexdigest()
        for one in (window, window - 1)
    ]
    return Counter(limit, keys[0], keys[1], now - window * limit.seconds, (window + 2) * limit.seconds)


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
