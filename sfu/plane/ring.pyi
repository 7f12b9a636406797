"""The packet ring for tests; the plane uses the C functions of the `.pxd`."""

class PacketRing:
    """Recent payloads by unwrapped sequence number."""

    def put(self, sequence: int, payload: bytes) -> bool:
        """False = not kept: too long, or older than what the slot holds."""

    def get(self, sequence: int) -> bytes | None: ...
