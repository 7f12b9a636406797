"""The packet ring for tests; the plane uses the C functions of the `.pxd`."""

class PacketRing:
    """Recent payloads by unwrapped sequence number."""

    room: int
    """Bytes for payloads."""

    def put(self, sequence: int, payload: bytes, now: float = 0.0) -> bool:
        """False = not kept: too long, or older than what the slot holds."""

    def get(self, sequence: int) -> bytes | None: ...
    def seen(self, sequence: int) -> bool:
        """Whether the packet was put, also when its payload is gone; of the last 512 numbers."""
