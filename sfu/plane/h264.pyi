"""H.264 key frame detection for tests; the plane uses the C function of the `.pxd`."""

def is_key(payload: bytes) -> bool | None:
    """Whether a key frame begins in this payload; None = malformed."""
