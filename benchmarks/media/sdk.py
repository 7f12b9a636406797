"""`zvonok bench sdk`: real clients in one room; everybody publishes a camera and a microphone and takes all others.

What is judged is whether pictures and sound are whole; what is told is how fast they came and what it cost.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console

from benchmarks.accounting import cpu_seconds
from benchmarks.command import target
from benchmarks.command.display import Display
from benchmarks.command.stop import UsageError, succeeded
from benchmarks.figures import Spread, spread
from benchmarks.load.client import LoadClient
from benchmarks.media.clients import FAILURES, FPS, HEIGHT, WIDTH, Client, access_of, own_room
from benchmarks.media.views import View, view
from benchmarks.peers.peer import Entrant, Peer
from benchmarks.report import Bar, Bars, Report, Section, Table, publish
from benchmarks.report.method import LOOPBACK
from benchmarks.rooms.run import started

PARTICIPANTS, SECONDS = 4, 10.0
MOST, LONGEST = 50, 3600.0  # participants, seconds: more people are a task for the native client
PATIENCE = 20.0  # seconds until everybody must have seen everybody
ENOUGH = 0.95  # of the pictures: with less it is this machine that is slow
EXAMPLES = """examples:
  zvonok bench sdk                          four people in a call on our own server
  zvonok bench sdk --participants 2 --url wss://call.school.example --key KEY"""
METHOD = (
    "Participants are made with the unmodified LiveKit Python SDK, all in this process: each encodes its camera "
    f"({WIDTH}x{HEIGHT}, {FPS} pictures a second, VP8) and a tone (Opus), and decodes those of all others.",
    "Pictures carry running numbers as bar codes, which are read behind the decoder: damaged and disordered ones are "
    "counted. Sound counts as silent where the tone is missing.",
    "First: from when both were there (the receiver began to connect, the sender had published) to a decoded picture. "
    "Delay: from a picture's way into the encoder to its way out of the decoder, jitter buffer included.",
)
VIEWS = ("receiver", "sender", "first ms", "pictures/s", "damaged", "disordered", "freezes", "longest gap ms")
VIEWS_MORE = ("delay ms", "sound s", "silent s")
FIRSTS = ("receiver", "median", "lowest", "highest")
COST = ("participants", "seconds", "connect ms", "first ms", "pictures/s", "client CPU s", "server CPU s")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of real clients."""

    server: str
    participants: int
    seconds: float
    connecting: tuple[float, ...]
    """Seconds until `connect` of each participant came back."""
    views: tuple[View, ...]
    filmed: float
    """Pictures per second that the slowest camera took: less than it should when this machine is overloaded."""
    client_cpu: float
    """Seconds of this process in the window: encoders and decoders of all."""
    server_cpu: float | None

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(f"{each.receiver} of {each.sender}: {problem}" for each in self.views for problem in each.problems)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    group = parser.add_argument_group("the call")
    group.add_argument(
        "--participants", type=int, default=PARTICIPANTS, metavar="N", help=f"real clients (default: {PARTICIPANTS})"
    )
    group.add_argument("--seconds", type=float, default=SECONDS, metavar="S", help=f"measured (default: {SECONDS:g})")
    target.add_arguments(parser)


def run(options: argparse.Namespace, console: Console) -> int:
    """0 when everybody saw and heard everybody, whole."""
    if not 2 <= options.participants <= MOST:
        raise UsageError(f"--participants must be from 2 to {MOST}")
    if not 1 <= options.seconds <= LONGEST:
        raise UsageError(f"--seconds must be from 1 to {LONGEST:g}")
    refuse_authorities(options)
    entrant, remote = target.chosen(options), target.is_remote(options)
    calls: list[Call] = []
    with Display(console, [options.seconds + options.participants]) as display:

        async def work() -> None:
            display.step(f"{entrant.name}: {options.participants} real clients", options.seconds + options.participants)
            async with LoadClient(entrant.profile) as client, started(entrant, client) as peer:
                calls.append(await hold(entrant.name, peer, options.participants, options.seconds))

        complete = succeeded(work(), entrant.name, FAILURES, console)
    if not calls:
        console.print("nothing was measured")
        return 1
    publish(report(entrant, calls[0], remote=remote), console, hidden=target.hidden(options))
    return 0 if complete and not calls[0].problems else 1


def refuse_authorities(options: argparse.Namespace) -> None:
    """Raises UsageError for what the SDK cannot do."""
    if options.ca:
        raise UsageError("--ca: the LiveKit SDK trusts the authorities of this system only; add the certificate there")


async def hold(server: str, peer: Peer, participants: int, seconds: float) -> Call:
    """Hold a call on a running server and measure it for so long. Raises SdkError when somebody does not get in."""
    access, room = access_of(peer), own_room("sdk")
    people = [Client(f"person-{number}") for number in range(participants)]
    try:
        for person in people:
            await person.connect(access, room)
            await person.publish()
        await _wait_seen(people)
        begin, own, servers = time.monotonic(), time.process_time(), _cpu(peer)
        await asyncio.sleep(seconds)
        end, cost, ended = time.monotonic(), time.process_time() - own, _cpu(peer)
    finally:
        await asyncio.gather(*(person.close() for person in people))
    views = tuple(_view(one, other, (begin, end)) for one in people for other in people if one is not other)
    connecting = tuple(person.connected - person.began for person in people)
    paid = ended - servers if ended is not None and servers is not None else None
    taken = min(sum(begin <= at < end for at in person.camera.taken.values()) for person in people)
    return Call(server, participants, end - begin, connecting, views, taken / (end - begin), cost, paid)


def _cpu(peer: Peer) -> float | None:
    return None if peer.pid is None else cpu_seconds(peer.pid)


async def _wait_seen(people: Sequence[Client]) -> None:
    """Until everybody has a picture of everybody, or patience ends: the views tell who has none."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if all(one.seen[other.identity].pictures for one in people for other in people if one is not other):
            return
        await asyncio.sleep(0.05)


def _view(one: Client, other: Client, window: tuple[float, float]) -> View:
    seen = one.seen[other.identity]
    return view(
        one.identity,
        other.identity,
        seen.pictures,
        seen.sound,
        taken=other.camera.taken,
        since=max(one.began, other.published),
        window=window,
    )


def report(entrant: Entrant, call: Call, *, remote: bool) -> Report:
    """Sentences and tables of a call."""
    caveats = [entrant.caveat] if entrant.caveat else []
    if not remote:
        caveats.append(LOOPBACK)
    verdict = call.problems or ("Everybody saw and heard everybody, whole.",)
    if call.filmed < ENOUGH * FPS:
        caveats.append(
            f"This machine was overloaded: a camera took {call.filmed:.1f} pictures a second, not {FPS}. Slowness, "
            "delay and freezes are its own."
        )
    firsts = _firsts(call)
    bars = tuple(Bar(name, one.median, one.low, one.high) for name, one in firsts)
    rows = tuple((name, *(f"{each:.0f}" for each in (one.median, one.low, one.high))) for name, one in firsts)
    return Report(
        name="sdk",
        title=f"Real clients: {entrant.name}",
        method=METHOD,
        sections=(
            Section("The call", Table(COST, (_cost_row(call),)), notes=verdict),
            Section("Who saw whom", Table((*VIEWS, *VIEWS_MORE), tuple(map(_row, call.views)))),
            Section("Time to the first picture of each other, ms", Table(FIRSTS, rows), Bars("ms", bars)),
        ),
        raw={"call": call},
        caveats=tuple(caveats),
        not_measured=("Networks; browsers; phones; screen sharing; simulcast (the pictures are too small for it).",),
        versions=((entrant.name, entrant.version),) if entrant.version else (),
    )


def _cost_row(call: Call) -> tuple[str, ...]:
    firsts = [one.first for one in call.views if one.first is not None]
    first = f"{median(firsts) * 1e3:.0f}" if firsts else "-"
    rate = f"{median(one.per_second for one in call.views):.1f}"
    server = f"{call.server_cpu:.2f}" if call.server_cpu is not None else "-"
    connect = f"{median(call.connecting) * 1e3:.0f}"
    return (str(call.participants), f"{call.seconds:.1f}", connect, first, rate, f"{call.client_cpu:.2f}", server)


def _row(one: View) -> tuple[str, ...]:
    first = "-" if one.first is None else f"{one.first * 1e3:.0f}"
    counts = tuple(map(str, (one.unreadable, one.disordered, one.freezes)))
    gap, delay = f"{one.longest_gap * 1e3:.0f}", f"{one.delay * 1e3:.0f}"
    sound = (f"{one.sound / 100:.1f}", f"{one.silent / 100:.2f}")
    return (one.receiver, one.sender, first, f"{one.per_second:.1f}", *counts, gap, delay, *sound)


def _firsts(call: Call) -> list[tuple[str, Spread]]:
    """By receiver, ms; those who saw nobody are left out."""
    found: dict[str, list[float]] = {}
    for one in call.views:
        if one.first is not None:
            found.setdefault(one.receiver, []).append(one.first * 1e3)
    return [(receiver, spread(times)) for receiver, times in found.items()]
