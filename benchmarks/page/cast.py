"""People with cameras that browsers can decode: films in three sizes, each sent as long as anybody takes it."""

import asyncio
import itertools
import time

import aiohttp
from livekit.protocol import models

from benchmarks.classroom.school import Browser
from benchmarks.load.client import LoadClient
from benchmarks.load.livekit import Participant, join
from benchmarks.load.model import Kind, Rhythm, SourceFormat
from benchmarks.load.tasks import end
from benchmarks.media import film
from benchmarks.media.model import Film
from benchmarks.media.playback import Playback
from benchmarks.rooms.plan import Seat
from benchmarks.rooms.traffic import VOICE, phase

SIZES = {"q": (320, 180, 160_000), "h": (640, 360, 450_000), "f": (1280, 720, 1_700_000)}
"""Width, height and bit/s of what a page sends of its camera (LiveKit's presets)."""
CAMERA = Rhythm(Kind.VIDEO, 0, 1000, rids=tuple(SIZES))
TICK = 0.008  # seconds between two looks at what is due
LISTEN = 12  # ticks between two looks at what the server asks of a camera
SAMPLE = 64  # one packet in so many is decrypted

Films = dict[str, Film]
"""By encoding."""


def films(seconds: float) -> Films:
    """Takes longer than they are."""
    return {rid: film.camera(*size, seconds) for rid, size in SIZES.items()}


class Actor:
    """One person. Their camera begins when somebody takes it."""

    def __init__(self, participant: Participant, films: Films, number: int) -> None:
        self.participant = participant
        self._films, self._number = films, number
        self._playing: dict[str, Playback] = {}
        self._on: frozenset[str] = frozenset()
        self._asked = 0

    def listen(self, now: float) -> None:
        """Begin and end encodings, and send pictures that decoding can start at, as the server asks."""
        connection = self.participant.publisher
        if connection is None or not connection.formats:
            return
        if not self._playing:
            self._playing = {form.rid: self._film(form, now) for form in connection.formats if form.rid}
        for rid in self.participant.looked_at - self._on:
            self._playing[rid].resume(now)
        self._on = self.participant.looked_at
        if (asked := connection.stats().plis) != self._asked:
            self._asked = asked
            for playback in self._playing.values():
                playback.refresh()

    def send(self, now: float) -> None:
        """All packets that are due."""
        if (connection := self.participant.publisher) is not None:
            for packet in itertools.chain.from_iterable(self._playing[rid].poll(now) for rid in self._on):
                connection.send_packet(packet)

    def _film(self, form: SourceFormat, now: float) -> Playback:
        return Playback(self._films[form.rid], form, now + phase(self._number))


class Cast:
    """All who are played by this process. `close` ends them."""

    def __init__(self, client: LoadClient, http: aiohttp.ClientSession, url: str, films: Films) -> None:
        self._client, self._http, self._url, self._films = client, http, url, films
        self.actors: list[Actor] = []
        self._player: asyncio.Task[None] | None = None

    async def come(
        self,
        browser: Browser,
        name: str,
        *,
        voice: bool = False,
        shown: int | None = None,
        quality: "models.VideoQuality | None" = None,
    ) -> Actor:
        """In through the call's door. `shown`: so many cameras are taken at most, at this `quality` at most.

        Raises ConnectError or PeerError.
        """
        number = len(self.actors)
        seat = Seat("", name, (VOICE, CAMERA) if voice else (CAMERA,), phase=phase(number))
        participant = await join(
            self._client,
            self._http,
            self._url,
            await browser.enter(),
            seat,
            lambda _: None,
            sample=SAMPLE,
            shown=shown,
            quality=quality,
        )
        actor = Actor(participant, self._films, number)
        self.actors.append(actor)
        await participant.wait_ready()
        return actor

    def begin(self) -> None:
        """Cameras send from now on: while a class comes, handshakes need this process for themselves."""
        self._player = self._client.spawn(self._play())

    async def close(self) -> None:
        if self._player is not None:
            await end([self._player])
        await asyncio.gather(*(actor.participant.leave() for actor in self.actors), return_exceptions=True)

    async def _play(self) -> None:
        for tick in itertools.count():
            now = time.monotonic()
            for number, actor in enumerate(self.actors):
                if (tick + number) % LISTEN == 0:
                    actor.listen(now)
                actor.send(now)
            await asyncio.sleep(TICK)
