"""Codes that people read off a screen or a sheet and type: like 4F7-K2M.

In: random bytes, or what somebody typed. Out: the code, in the one way it is written.
"""

import re

# Crockford's base 32: no I, L, O, U. What is read or typed for them is taken as the digit they look like.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP = 3  # characters between the dashes: that many are remembered at a glance
SHORT, LONG = 6, 9  # characters: 30 bits for ten minutes, 45 bits for two weeks on paper
CODE_BYTES = LONG
MAX_TYPED = 40  # characters: a long code with dashes and blanks, several times over
PATTERN = r"^[0-9A-HJKMNP-TV-Z]{3}(-[0-9A-HJKMNP-TV-Z]{3}){1,2}$"

_LOOKALIKES = str.maketrans(
    "OILАВЕКМНРСТХУЗОЁ",  # the rest are Cyrillic capitals: keyboards are left in that layout
    "011ABEKMHPCTXY30E",
)
_BETWEEN = re.compile(r"[\s\-‐‑‒–—_.]+")


def make(random: bytes, length: int) -> str:
    """A code of `length` characters (SHORT or LONG) out of CODE_BYTES random bytes."""
    assert len(random) == CODE_BYTES and length in (SHORT, LONG)
    return _written("".join(ALPHABET[byte % len(ALPHABET)] for byte in random[:length]))


def read(typed: str) -> str | None:
    """The code that was meant by what somebody typed or by a piece of an address; None: it cannot be one."""
    if len(typed) > MAX_TYPED:
        return None
    symbols = _BETWEEN.sub("", typed).upper().translate(_LOOKALIKES)
    if len(symbols) not in (SHORT, LONG) or not set(symbols) <= set(ALPHABET):
        return None
    return _written(symbols)


def _written(symbols: str) -> str:
    return "-".join(symbols[start : start + GROUP] for start in range(0, len(symbols), GROUP))
