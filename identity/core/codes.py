"""Codes in messages: who reads them has the phone. In: random bytes, secrets. Out: codes, their seals, delays.

Only a seal is stored: an HMAC under the secret of the browser's attempt, which we do not store either. So a copy of the
database gives no code away, though there are only a million of them.
"""

import hashlib
import hmac

from identity.core.claims import World

DIGITS = 6
CODE_BYTES = 8  # random bytes for a code: 2^64 is so many millions that no code is likelier than another
CODE_SECONDS = 600.0  # slow networks deliver within minutes
TRIES = 5  # for one code: a guess among a million succeeds once in 200,000 codes
RESEND_SECONDS = (60.0, 120.0, 300.0, 900.0)  # after the first, the second ... message; the last for all that follow
MAX_SENDS = 6  # messages in one attempt
TEST_CODE = "0" * DIGITS  # of the test world, where nothing is sent


def make(world: World, random: bytes) -> str:
    """A code, from CODE_BYTES random bytes."""
    assert len(random) == CODE_BYTES
    if world == "test":
        return TEST_CODE
    return f"{int.from_bytes(random) % 10**DIGITS:0{DIGITS}}"


def seal(secret: str, code: str) -> str:
    """What is stored of a code."""
    return hmac.new(secret.encode(errors="replace"), code.encode(errors="replace"), hashlib.sha256).hexdigest()


def fits(sealed: str, secret: str, code: str) -> bool:
    """Is it the code that was sealed?"""
    return hmac.compare_digest(sealed, seal(secret, code))


def resend_delay(sends: int) -> float:
    """Seconds until another message may be asked for, when so many were sent."""
    return RESEND_SECONDS[min(sends, len(RESEND_SECONDS)) - 1]


def message(code: str) -> str:
    """The text of the message."""
    return f"{code} — код для входа в учебный профиль. Никому его не сообщайте."
