"""The plane in virtual time: the same commands and events as `PlaneThread`, datagrams by argument."""

from sfu.plane.plane import Plane

class VirtualPlane(Plane):
    """Commands take effect at once. Times in seconds on one clock; `wall_offset`: wall clock minus that clock."""

    def __init__(self, wall_offset: float = 0.0) -> None: ...
    def receive(
        self, datagram: bytes, address: tuple[str, int], now: float, socket: int = 0, waited: float = 0.0
    ) -> None:
        """A datagram that lay in the socket for `waited`. Raises ValueError when it is longer than 2048 bytes."""

    def outputs(self, now: float) -> list[tuple[int, tuple[str, int], bytes]]:
        """Does what is due; (socket, address, datagram) of all that is to be sent."""

    def deadline(self) -> float:
        """When `outputs` wants to be called again."""
