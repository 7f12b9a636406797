"""Random secrets that we hand out once and keep only as a hash."""

import hashlib
from base64 import urlsafe_b64encode

TOKEN_BYTES = 32  # 256 bits: cannot be guessed, so a plain fast hash protects the stored copy


def token(random: bytes) -> str:
    """The text of a secret: URL-safe, without padding."""
    assert len(random) == TOKEN_BYTES
    return urlsafe_b64encode(random).rstrip(b"=").decode()


def digest(secret: str) -> str:
    """What is stored of a secret. Any text may be asked for: headers bring bytes that are no text."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
