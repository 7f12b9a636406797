"""Real clients in one room: everybody publishes a camera and a microphone and takes everybody else's.

What is judged is whether pictures and sound are whole; what is told is how fast they came and what it cost.
"""

import argparse
import asyncio
import time
from dataclasses import dataclass

from rich.console import Console

from benchmarks.accounting import cpu_seconds
from benchmarks.command.stop import UsageError, finished
from benchmarks.figures import spread
from benchmarks.load.access import Access
from benchmarks.media import clients
from benchmarks.media.clients import Client
from benchmarks.media.views import View, view
from benchmarks.report import Report, Section, Table, publish

ROOM = "sdk"
PATIENCE = 20.0  # seconds until everybody must have seen everybody
MOST = 50  # participants: more are a task for the native client
EXAMPLES = """examples:
  python -m benchmarks sdk                     four people in a call on our own server
  python -m benchmarks sdk --participants 2 --url wss://call.school.example --key KEY"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of real clients."""

    server: str
    participants: int
    seconds: float
    connecting: tuple[float, ...]
    """Seconds until `connect` of each participant came back."""
    views: tuple[View, ...]
    client_cpu: float
    """Seconds of this process in the window: encoders and decoders of all."""
    server_cpu: float | None

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(f"{each.receiver} of {each.sender}: {problem}" for each in self.views for problem in each.problems)


async def call(server: str, access: Access, pid: int | None, participants: int, seconds: float) -> Call:
    """Hold it. Raises rtc.ConnectError or TimeoutError when somebody does not get in."""
    people = [Client(f"person-{number}") for number in range(participants)]
    try:
        for person in people:
            await person.connect(access, ROOM)
            await person.publish()
        await _wait_seen(people)
        begin, own, servers = time.monotonic(), time.process_time(), cpu_seconds(pid) if pid else None
        await asyncio.sleep(seconds)
        end, cost = time.monotonic(), time.process_time() - own
        paid = cpu_seconds(pid) - servers if pid and servers is not None else None
    finally:
        await asyncio.gather(*(person.close() for person in people))
    views = tuple(_view(one, other, (begin, end)) for one in people for other in people if one is not other)
    connecting = tuple(person.connected - person.began for person in people)
    return Call(server, participants, end - begin, connecting, views, cost, paid)


async def _wait_seen(people: list[Client]) -> None:
    """Until everybody has a picture of everybody, or patience ends: the views tell who has none."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if all(one.seen[other.identity].pictures for one in people for other in people if one is not other):
            return
        await asyncio.sleep(0.05)


def _view(one: Client, other: Client, window: tuple[float, float]) -> View:
    seen = one.seen[other.identity]
    since = max(one.began, other.published)
    return view(
        one.identity,
        other.identity,
        seen.pictures,
        seen.sound,
        taken=other.camera.taken,
        since=since,
        window=window,
    )
