"""Somebody of the class with the media of a load client: comes, is moved, comes back."""

from collections.abc import Set as AbstractSet

import aiohttp

from benchmarks.classroom.school import Browser
from benchmarks.load.client import ConnectError, Connection, LoadClient
from benchmarks.load.livekit import Participant, join
from benchmarks.load.model import Kind
from benchmarks.peers.peer import PeerError
from benchmarks.rooms.clock import now
from benchmarks.rooms.plan import Seat

SHOWN = 9  # cameras that a page shows at once
TRIES = 5  # to come in


class Person:
    """One participant. `quiet`: with a muted microphone wherever it is in the main room."""

    def __init__(
        self, client: LoadClient, http: aiohttp.ClientSession, url: str, browser: Browser, seat: Seat, *, quiet: bool
    ) -> None:
        self._client, self._http, self._url, self._browser = client, http, url, browser
        self._seat, self._quiet = seat, quiet
        self._participant: Participant | None = None
        self._seen: tuple[Connection | None, int, dict[int, Kind]] = (None, 0, {})
        self.failures = 0
        """How often it had to try once more."""
        self.moved_at = 0.0
        """When it last came to another room; seconds of CLOCK_MONOTONIC."""

    @property
    def name(self) -> str:
        """As the journal calls the person."""
        return self._seat.identity

    @property
    def identity(self) -> str:
        """As the call calls the person; empty while it is nowhere."""
        return self._participant.identity if self._participant is not None else ""

    @property
    def room(self) -> str:
        """Where it is; empty while it is nowhere."""
        return self._participant.room if self._participant is not None else ""

    @property
    def problem(self) -> str:
        """Why it is not in the call; empty while all is well."""
        return self._participant.problem if self._participant is not None else "did not get in"

    async def token(self) -> str:
        """A fresh one from the call's door."""
        return await self._browser.enter()

    async def come(self) -> None:
        """Through the call's door, until its media is connected; again if that fails, as pages do.

        Raises ConnectError or PeerError.
        """
        for left in reversed(range(TRIES)):
            try:
                return await self._come()
            except (ConnectError, PeerError, aiohttp.ClientError):
                if not left:
                    raise
                self.failures += 1
                await self.leave()
        return None

    async def _come(self) -> None:
        ticket = await self.token()
        participant = await join(
            self._client, self._http, self._url, ticket, self._seat, lambda _: None, sample=64, shown=SHOWN
        )
        self._participant = participant
        self.moved_at = now()
        participant.on_moved, participant.on_sending = self._moved, self._set_voice
        await participant.wait_ready()

    def streams(self) -> dict[int, Kind]:
        """What has reached it on the present connection, by SSRC."""
        subscriber = self._participant.subscriber if self._participant is not None else None
        if subscriber is None:
            return {}
        count = subscriber.stats().streams
        if self._seen[:2] != (subscriber, count):  # a look at each stream of a class costs what is to be measured
            kinds = {stream.ssrc: stream.kind for stream in subscriber.streams() if stream.packets}
            self._seen = (subscriber, count, kinds)
        return self._seen[2]

    def new_kinds(self, known: AbstractSet[int]) -> set[Kind]:
        """What has reached it in streams that were not known."""
        return {kind for ssrc, kind in self.streams().items() if ssrc not in known}

    async def leave(self) -> None:
        """Safe when it is nowhere."""
        if self._participant is not None:
            await self._participant.leave()
            self._participant = None

    async def _moved(self) -> None:
        self.moved_at = now()
        await self._set_voice()

    async def _set_voice(self) -> None:
        """Pupils speak in their groups: a hundred open microphones in one room are no lesson."""
        participant = self._participant
        if participant is None or participant.publisher is None or not self._quiet:
            return
        muted = self.room == self._browser.call
        for source, rhythm in zip(participant.publisher.sources, self._seat.sends, strict=False):
            if rhythm.kind is Kind.AUDIO:
                self._client.engine.pause_source(source, muted)
                await participant.mute(Kind.AUDIO, muted=muted)
