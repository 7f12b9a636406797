"""`zvonok bench move`: how long somebody who is moved between rooms waits for pictures, with the LiveKit SDK.

Two rooms with a camera each; one person is moved to and fro by MoveParticipant. Measured is the time from the request
to the first decoded picture of the new room's camera.
"""

import argparse
import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from livekit import api
from rich.console import Console

from benchmarks.command import target
from benchmarks.command.display import Display
from benchmarks.command.stop import UsageError, succeeded
from benchmarks.figures import spread
from benchmarks.load.access import Access
from benchmarks.load.client import LoadClient
from benchmarks.media.clients import FAILURES, Client, SdkError, access_of, own_room
from benchmarks.media.sdk import refuse_authorities
from benchmarks.peers.peer import Entrant, Peer
from benchmarks.report import Bar, Bars, Report, Section, Table, publish
from benchmarks.rooms.run import started

ROOMS = ("main", "group")
"""As the report calls them."""
WANDERER = "wanderer"
MOVES, MOST = 20, 10_000
EACH = 0.5  # seconds for a move, about
PATIENCE = 10.0  # seconds after which a picture that did not come is an error
GLANCE = 0.002  # seconds between two looks for the picture: small beside what is measured
EXAMPLES = """examples:
  zvonok bench move --moves 50              a person goes to and fro between two rooms of our own server"""


@dataclass(frozen=True, slots=True)
class Move:
    """One move: seconds until the first picture of the new room."""

    to: str
    seconds: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    parser.add_argument("--moves", type=int, default=MOVES, metavar="N", help=f"how often (default: {MOVES})")
    target.add_arguments(parser)


def run(options: argparse.Namespace, console: Console) -> int:
    """0 when each move ended with a picture."""
    if not 1 <= options.moves <= MOST:
        raise UsageError(f"--moves must be from 1 to {MOST}")
    refuse_authorities(options)
    entrant = target.chosen(options)
    found: list[Move] = []
    with Display(console, [EACH * options.moves]) as display:

        async def work() -> None:
            display.step(f"{entrant.name}: {options.moves} moves between two rooms", EACH * options.moves)
            async with LoadClient(entrant.profile) as client, started(entrant, client) as peer:
                await wander(peer, options.moves, found)

        complete = succeeded(work(), entrant.name, FAILURES, console)
    if not found:
        console.print("nothing was measured")
        return 1
    publish(report(entrant, found), console, hidden=target.hidden(options))
    return 0 if complete else 1


async def wander(peer: Peer, moves: int, found: list[Move]) -> None:
    """Move somebody so often; appends to `found` as it goes. Raises SdkError when a picture does not come."""
    access = access_of(peer)
    names = {room: own_room(room) for room in ROOMS}
    cameras = {room: Client(f"camera-{room}") for room in ROOMS}
    person = Client(WANDERER)
    try:
        for room, camera in cameras.items():
            await camera.connect(access, names[room])
            await camera.publish(sound=False)
        await person.connect(access, names[ROOMS[0]])
        await _picture(person, cameras[ROOMS[0]], time.monotonic())
        async with api.LiveKitAPI(_http(access), access.key, access.secret) as server:
            for number in range(moves):
                room, other = ROOMS[number % 2], ROOMS[(number + 1) % 2]
                begin = time.monotonic()
                await _ask(server, names[room], names[other])
                found.append(Move(other, await _picture(person, cameras[other], begin)))
    finally:
        await asyncio.gather(*(client.close() for client in (person, *cameras.values())))


def _http(access: Access) -> str:
    parts = urlsplit(access.url)
    return urlunsplit(parts._replace(scheme=parts.scheme.replace("ws", "http", 1)))


async def _ask(server: api.LiveKitAPI, room: str, other: str) -> None:
    request = api.MoveParticipantRequest(room=room, identity=WANDERER, destination_room=other)
    try:
        await server.room.move_participant(request)
    except (api.TwirpError, aiohttp.ClientError) as error:
        raise SdkError(f"the server does not move participants: {error}") from error


async def _picture(person: Client, camera: Client, begin: float) -> float:
    """Seconds from `begin` to the first picture of the camera that is seen from then on. Raises SdkError."""
    pictures = person.seen[camera.identity].pictures
    while not pictures or pictures[-1][0] < begin:
        if time.monotonic() > begin + PATIENCE:
            raise SdkError(f"no picture of {camera.identity} within {PATIENCE:g} s")
        await asyncio.sleep(GLANCE)
    return next(at for at, _ in pictures if at >= begin) - begin


def report(entrant: Entrant, found: list[Move]) -> Report:
    """The table of a run. Raises ValueError when there was no move."""
    times = spread([move.seconds * 1e3 for move in found])
    row = (str(len(found)), *(f"{each:.0f}" for each in (times.median, times.low, times.high)))
    return Report(
        name="move",
        title=f"Moving a participant between rooms: {entrant.name}",
        method=(
            "The LiveKit Python SDK is moved between two rooms with a camera each; RoomMoved, the connections stay.",
            "Time from the MoveParticipant request to the first decoded picture of the new room's camera.",
        ),
        sections=(
            Section(
                "Moves",
                Table(("moves", "median ms", "lowest ms", "highest ms"), (row,)),
                Bars("ms", (Bar("until the picture", times.median, times.low, times.high),)),
            ),
        ),
        raw={"moves": found},
        caveats=(entrant.caveat,) if entrant.caveat else (),
        versions=((entrant.name, entrant.version),) if entrant.version else (),
    )
