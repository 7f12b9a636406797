"""What live rooms share: time, tokens, counters, and where events go."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from signalling.config import SignallingConfig
from signalling.core.calls import CallRegister
from signalling.events import Event
from signalling.livekit.tokens import Tokens
from signalling.ports import Media

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
"""Makes a task that somebody looks after."""

SID_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SID_LENGTH = 12
"""62 letters to the power of 12: 71 bits, so sids do not repeat and cannot be guessed."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Given to every live room."""

    config: SignallingConfig
    media: Media
    tokens: Tokens
    calls: CallRegister
    clock: Callable[[], float]  # monotonic seconds
    wall: Callable[[], float]  # seconds since the epoch
    emit: Callable[[Event], None]
    unmute_used: Callable[[str, str], None]  # call, identity: who might unmute once did so and is muted again
    choose: Callable[[str], str]  # one of the letters, at random
    spawn: Spawn
    counters: Counter[str] = field(default_factory=Counter)

    def new_sid(self, prefix: str) -> str:
        return prefix + "".join(self.choose(SID_LETTERS) for _ in range(SID_LENGTH))

    def wall_ms(self) -> int:
        return int(self.wall() * 1000)

    def call_of(self, room: str) -> str:
        """The open call that the room belongs to, or ""."""
        return self.calls.call_of(room)
