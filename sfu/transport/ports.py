"""What the transports need of others: a plane thread below them, a listener above."""

from collections.abc import Sequence
from typing import Protocol

from sfu.plane.model import Event, ExtensionIds, SrtpProfile


class Plane(Protocol):
    """The part of `sfu.plane.thread.PlaneThread` that transports use; its contract stands there."""

    addresses: tuple[tuple[str, int], ...]

    def fileno(self) -> int: ...
    def poll(self, limit: int = ...) -> Sequence[Event]: ...
    def send(self, socket: int, address: tuple[str, int], datagram: bytes) -> None: ...
    def add_transport(self, transport: int, extensions: ExtensionIds = ...) -> None: ...
    def set_remote(self, transport: int, socket: int, address: tuple[str, int]) -> None: ...
    def set_srtp(self, transport: int, profile: SrtpProfile, local_key: bytes, remote_key: bytes) -> None: ...
    def remove_transport(self, transport: int) -> None: ...


class TransportListener(Protocol):
    """A transport's ear. Called on the event loop and never from within a call to the transport.

    `failed` and `closed` come at most once and exclude each other; nothing comes after either, or after `close`.
    """

    def connected(self) -> None:
        """Media and messages can flow."""

    def failed(self) -> None:
        """The peer was never reached, was lost, or broke the protocol."""

    def closed(self) -> None:
        """The peer ended the connection."""

    def message(self, label: str, payload: bytes) -> None:
        """A message on the data channel with this label."""
