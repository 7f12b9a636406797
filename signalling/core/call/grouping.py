"""Who is put into which group: identities in, shares out. Nothing here knows of rooms that are open."""

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256

MAX_SEED = 999_999
"""People read a seed aloud and type it in to get the same groups again."""


def seed_of(now: float) -> int:
    """A seed for who did not choose one. It need not be secret: it is shown."""
    return int(now * 1000) % (MAX_SEED + 1)


def at_random(identities: Iterable[str], seed: int) -> list[str]:
    """In an order that only the seed decides: neither that of coming nor that of names."""
    return sorted(set(identities), key=lambda identity: (_lot(identity, seed), identity))


def _lot(identity: str, seed: int) -> bytes:
    return sha256(f"{seed}:{identity}".encode("utf-8", "surrogatepass")).digest()


def dealt(present: Collection[str], absent: Collection[str], count: int, seed: int) -> list[tuple[str, ...]]:
    """Shares whose sizes differ by one at most, of those who are here and of all together."""
    here = set(present)
    order = at_random(here, seed) + at_random(set(absent) - here, seed)
    return [tuple(order[first::count]) for first in range(count)]


def titles(names: Sequence[str], count: int) -> list[str]:
    """A name for each of so many rooms: those given, then numbers."""
    return [names[place] if place < len(names) and names[place] else str(place + 1) for place in range(count)]


def free_title(taken: Iterable[str], count: int) -> str:
    """A name for one more room beside `count` others."""
    names = set(taken)
    return next(str(number) for number in range(count + 1, 2 * count + 2) if str(number) not in names)
