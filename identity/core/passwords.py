"""Which passwords are good enough. A password is optional: it saves the wait for a code in a known browser."""

from identity.core.refusals import ProblemError

MIN_LENGTH = 10  # characters
MAX_LENGTH = 128  # characters; hashing takes its time for each of them
MIN_DIFFERENT = 5  # characters that are not the same

# Of the usual lists, what is long enough for us to accept; compared without case and the digits around it.
_LISTED = """
qwertyuiop qwertyuiopasdfghjkl asdfghjkl1 1qaz2wsx3edc qazwsxedcrfv zaq12wsxcde3 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5
йцукенгшщз йцукенгшщзхъ фывапролдж ячсмитьбю пароль парольпароль привет приветпривет password passwordpassword
passw0rd p@ssw0rd letmein iloveyou administrator adminadmin welcome qwerty qwertyqwerty abcdefghij samsung spartak
football basketball sunshine princess superman starwars dragonball computer internet
любимая солнышко школашкола учительница дневник ученик
"""
COMMON = frozenset(_LISTED.split())
SEQUENCES = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя")


def check(password: str, phone: str | None) -> None:
    """Raises ProblemError `password_weak`. The phone (E.164) is the login: it is no secret."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise _weak(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.")
    plain = password.casefold()
    if len(set(plain)) < MIN_DIFFERENT:
        raise _weak(f"A password has at least {MIN_DIFFERENT} different characters.")
    bare = plain.strip("0123456789!.")
    if plain in COMMON or bare in COMMON or any(plain in run or plain in run[::-1] for run in SEQUENCES):
        raise _weak("This password is on every list of common passwords.")
    digits = "".join(char for char in plain if char.isdigit())
    if phone is not None and len(digits) >= MIN_LENGTH and phone.endswith(digits[-MIN_LENGTH:]):
        raise _weak("The phone number is known to everybody who has it.")


def _weak(detail: str) -> ProblemError:
    return ProblemError("password_weak", detail)
