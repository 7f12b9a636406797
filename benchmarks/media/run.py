"""One showing: a participant publishes films on a server, others take them; what arrives is kept and checked after it.

Nothing is encoded or decoded while it runs. Times of arrival are those of this process's event loop, some milliseconds
after the socket.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.accounting import cpu_seconds
from benchmarks.load.client import Connection, LoadClient
from benchmarks.load.model import Codec as Announced
from benchmarks.load.model import Rhythm
from benchmarks.media.assemble import Captured, streams
from benchmarks.media.check import Verdict, check
from benchmarks.media.model import Codec, Film
from benchmarks.media.playback import Playback
from benchmarks.peers.peer import Entrant, Member, Peer, PeerError
from benchmarks.rooms.plan import Plan, Seat
from benchmarks.rooms.run import started

ROOM = "media"
DRAIN = 1.0  # seconds after the last packet in which others still arrive
TICK = 0.01  # seconds: how often key frame requests and new connections are looked for
SAMPLE = 16  # one packet in so many is decrypted at receivers that are not checked
ANNOUNCED = {Codec.VP8: Announced.VP8, Codec.H264: Announced.H264, Codec.OPUS: Announced.OTHER}


@dataclass(frozen=True, slots=True)
class Showing:
    """What was found out about films on one server."""

    server: str
    films: tuple[tuple[str, Codec], ...]
    """Names and codecs."""
    receivers: int
    seconds: float
    verdicts: tuple[Verdict, ...]
    """Of each checked receiver and film."""
    key_frames_asked: int
    """Times that the server wanted one."""
    held_up: float
    """Seconds by which this client was late at most with a packet."""
    client_cpu: float
    """Seconds of this process while it played, for publisher and receivers."""
    server_cpu: float | None
    failures: tuple[str, ...] = ()
    """Participants whose connection ended, and why."""

    @property
    def problems(self) -> tuple[str, ...]:
        found = [
            f"{verdict.receiver}, {verdict.codec}: {problem}"
            for verdict in self.verdicts
            for problem in verdict.problems
        ]
        return (*found, *self.failures)


class Recorder:
    """Keeps all that arrives at one participant, on however many connections."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._attached: list[tuple[Connection, list[Captured]]] = []

    def attach(self) -> None:
        """Listen to connections that have come up since the last call."""
        for connection in self._member.receiving:
            if all(connection is not known for known, _ in self._attached):
                kept: list[Captured] = []
                connection.on_packet = lambda packet, kept=kept: kept.append((time.monotonic(), packet))
                self._attached.append((connection, kept))

    def verdict(self, receiver: str, film: Film, playback: Playback) -> Verdict:
        """Judge the stream of the film's codec; of several the longest, because servers may start one anew."""
        found = [
            stream
            for connection, kept in self._attached
            for stream in streams(kept, connection.codecs, connection.repairs).values()
            if stream.codec is film.codec
        ]
        longest = max(found, key=lambda stream: len(stream.frames), default=None)
        return check(receiver, longest, film, playback.sent)


async def show(entrant: Entrant, films: Sequence[Film], *, receivers: int, checked: int, seconds: float) -> Showing:
    """Show films, at most one of a kind, on a server that is started for it. Raises PeerError or ConnectError.

    `checked`: so many of the receivers keep and decode everything.
    """
    async with LoadClient(entrant.profile) as client, started(entrant, client) as peer:
        stage = await _staged(peer, films, receivers, checked, seconds)
    return await asyncio.to_thread(stage.showing, entrant.name, seconds)


async def _staged(peer: Peer, films: Sequence[Film], receivers: int, checked: int, seconds: float) -> "_Stage":
    plan = plan_of(films, receivers, played=True)
    await peer.prepare(plan)
    members: list[Member] = []
    try:
        for number, seat in enumerate(plan.seats):
            members.append(await peer.enter(seat, sample=1 if number <= checked else SAMPLE))
            await members[-1].wait_ready()
        stage = _Stage(members, films, checked, peer.pid)
        await stage.play(seconds)
    finally:
        await asyncio.gather(*(member.leave() for member in members), return_exceptions=True)
    return stage


def plan_of(films: Sequence[Film], receivers: int, *, played: bool = False) -> Plan:
    """One participant publishes, the others take. Its rhythms tell the load, or are empty when `played`."""
    sends = tuple(_rhythm(film, played=played) for film in films)
    viewers = (Seat(ROOM, f"viewer-{number}") for number in range(receivers))
    return Plan("media", f"Real media, 1 to {receivers}", (Seat(ROOM, "film", sends), *viewers))


def _rhythm(film: Film, *, played: bool) -> Rhythm:
    packets = sum(len(frame.payloads) for frame in film.frames)
    rate, size = round(packets / film.seconds), round(film.bits_per_second / 8 * film.seconds / packets)
    return Rhythm(film.codec.kind, 0 if played else rate, size, codec=ANNOUNCED[film.codec])


class _Stage:
    """Plays the films on the first member and records at some of the others."""

    def __init__(self, members: Sequence[Member], films: Sequence[Film], checked: int, pid: int | None) -> None:
        sending = members[0].sending
        if sending is None or len(sending.formats) != len(films):
            raise PeerError("this server's driver cannot publish packets of others' making")
        self._sending, self._members, self._pid = sending, members, pid
        self._films = films
        self._recorders = [Recorder(member) for member in members[1 : 1 + checked]]
        self._playbacks: list[Playback] = []
        self._asked = 0
        self._client_cpu = 0.0
        self._server_cpu: float | None = None
        self._failures: tuple[str, ...] = ()

    async def play(self, seconds: float) -> None:
        own, servers = time.process_time(), self._servers()
        start = time.monotonic()
        pairs = zip(self._films, self._sending.formats, strict=True)
        self._playbacks = [Playback(film, form, start) for film, form in pairs]
        self._asked = self._sending.stats().plis
        while time.monotonic() < start + seconds:
            self._look()
            self._send(time.monotonic())
            due = min(playback.deadline() for playback in self._playbacks)
            await asyncio.sleep(min(TICK, max(0.0, due - time.monotonic())))
        await asyncio.sleep(DRAIN)
        self._client_cpu = time.process_time() - own
        ended = self._servers()
        self._server_cpu = ended - servers if ended is not None and servers is not None else None
        self._failures = tuple(member.problem for member in self._members if member.problem)

    def _look(self) -> None:
        for recorder in self._recorders:
            recorder.attach()
        asked = self._sending.stats().plis
        if asked != self._asked:
            self._asked = asked
            for playback in self._playbacks:
                playback.refresh()

    def _send(self, now: float) -> None:
        for playback in self._playbacks:
            for packet in playback.poll(now):
                self._sending.send_packet(packet)

    def _servers(self) -> float | None:
        return None if self._pid is None else cpu_seconds(self._pid)

    def showing(self, server: str, seconds: float) -> Showing:
        """Decode and judge: takes a while."""
        verdicts = tuple(
            recorder.verdict(f"viewer-{number}", film, playback)
            for number, recorder in enumerate(self._recorders)
            for film, playback in zip(self._films, self._playbacks, strict=True)
        )
        return Showing(
            server,
            tuple((film.name, film.codec) for film in self._films),
            len(self._members) - 1,
            seconds,
            verdicts,
            self._asked,
            max(playback.latest for playback in self._playbacks),
            self._client_cpu,
            self._server_cpu,
            self._failures,
        )
