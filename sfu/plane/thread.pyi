"""The contract of the compiled plane with Python. Read this first; `plane.pyi` has the commands and questions.

Handles (`transport`, `publication`, `subscription`) are integers > 0 chosen by the caller, unique within one thread
until `Removed` was polled. An SSRC is not used twice on one transport while its keys last (RFC 3711 section 9.1).
Commands are queued to the thread (bounded) and take effect in order. A removal is acknowledged by `Removed`;
the thread keeps everything alive until then. All methods are called from one Python thread (the event loop's).
"""

from collections.abc import Sequence

from sfu.plane.plane import Plane

class PlaneThread(Plane):
    """One native thread: its sockets, its transports, its forwarding table."""

    addresses: tuple[tuple[str, int], ...]
    """Bound addresses, indexed by `socket` in events and commands."""

    def __init__(self, addresses: Sequence[tuple[str, int]], *, realtime: bool = False, gso: bool = True) -> None:
        """Bind one UDP socket per address (port 0 = any). Raises OSError when an address is taken."""

    def start(self) -> None: ...
    def stop(self) -> None:
        """End the thread, wait for it, close the sockets. Safe to call twice."""

    def fileno(self) -> int:
        """An eventfd that is readable while `poll` has events."""

    def send(self, socket: int, address: tuple[str, int], datagram: bytes) -> None:
        """Send a STUN or DTLS datagram now. A full socket buffer drops it, as a network would."""
