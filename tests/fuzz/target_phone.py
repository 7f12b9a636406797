"""What is typed as a phone number. Invariant: a mobile number in E.164 that is read as itself again, or a problem."""

import re

from identity.core import phones
from identity.core.refusals import ProblemError

E164 = re.compile(r"\+[1-9][0-9]{6,14}")  # ITU-T E.164 section 6: fifteen digits at most

SEEDS: tuple[bytes, ...] = (
    b"",
    b"8 (912) 345-67-89",
    b"+79123456789",
    b"+1 212 555 0123",
    b"+375 29 123-45-67",
    b"8-800-555-35-35",
    b"00 49 151 23456789",
    "+7\u00a0912\u2011345".encode(),
)


def fuzz(data: bytes) -> None:
    typed = data.decode(errors="replace")
    for region in ("RU", "DE"):
        try:
            phone = phones.parse(typed, region)
        except ProblemError as problem:
            assert problem.code in ("phone_invalid", "phone_not_mobile")
            continue
        assert E164.fullmatch(phone)
        assert phones.parse(phone, region) == phone
        shown = phones.masked(phone)
        hidden = sum(char.isdigit() for char in phone) - sum(char.isdigit() for char in shown)
        assert hidden == shown.count("*") > 0
