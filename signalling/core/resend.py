"""Reliable data across a resume: numbers seen of each sender, and recent packets for receivers that come back."""

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

MAX_AGE = 60.0
"""Seconds a packet is kept: longer than the grace time of a lost connection."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A forwarded reliable packet."""

    sender: str  # sid
    sequence: int
    to: frozenset[str] | None  # identities it was addressed to, None = everybody
    payload: bytes
    at: float  # monotonic seconds


class ResendBuffer:
    """The recent reliable packets of a room, bounded in number, bytes and age; the oldest are lost first."""

    def __init__(self, messages: int, size: int) -> None:
        self._kept: deque[Kept] = deque()
        self._max_messages = messages
        self._max_bytes = size
        self._bytes = 0

    def keep(self, packet: Kept) -> None:
        self._kept.append(packet)
        self._bytes += len(packet.payload)
        while self._kept and self._is_over(packet.at):
            self._bytes -= len(self._kept.popleft().payload)

    def _is_over(self, now: float) -> bool:
        return len(self._kept) > self._max_messages or self._bytes > self._max_bytes or now - self._kept[0].at > MAX_AGE

    def missed(
        self, receiver: str, identity: str, received: Mapping[str, int], present: Collection[str], since: float
    ) -> Iterator[bytes]:
        """Packets for a receiver (sid and identity) that it does not have, oldest first.

        `received` is the last number it has of each sender (sid); of senders that it does not name it has none,
        and only those `present` count. Packets from before `since`, when it joined, were never meant for it.
        """
        for packet in self._kept:
            if packet.sender == receiver or packet.sender not in present or packet.at < since:
                continue
            if packet.to is not None and identity not in packet.to:
                continue
            if packet.sequence > received.get(packet.sender, 0):
                yield packet.payload
