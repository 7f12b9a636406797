"""Members of servers that speak LiveKit signalling: what ours and remote ones have in common."""

import ssl
from collections.abc import Sequence

import aiohttp

from benchmarks.load.client import ConnectError, Connection, LoadClient
from benchmarks.load.livekit import Participant, join
from benchmarks.peers.peer import Inbox, PeerError
from benchmarks.rooms.plan import Seat


class LiveKitMember:
    """A seated participant. Made by `enter`."""

    def __init__(self, participant: Participant, inbox: Inbox) -> None:
        self._participant, self._inbox = participant, inbox

    @property
    def sending(self) -> Connection | None:
        return self._participant.publisher

    @property
    def receiving(self) -> Sequence[Connection]:
        return () if self._participant.subscriber is None else (self._participant.subscriber,)

    @property
    def inbox(self) -> Inbox:
        return self._inbox

    @property
    def problem(self) -> str:
        return self._participant.problem

    async def wait_ready(self) -> None:
        await self._participant.wait_ready()

    async def send_message(self, payload: bytes, *, reliable: bool) -> None:
        try:
            self._participant.send_message(payload, reliable=reliable)
        except ConnectError as error:
            raise PeerError(str(error)) from error

    async def leave(self) -> None:
        await self._participant.leave()


async def enter(
    client: LoadClient,
    http: aiohttp.ClientSession,
    url: str,
    ticket: str,
    seat: Seat,
    *,
    sample: int,
    host: str = "127.0.0.1",
) -> LiveKitMember:
    """Join with an access token; `host` is what media sockets are bound to. Raises ConnectError."""
    inbox = Inbox()
    participant = await join(client, http, url, ticket, seat, inbox.take, sample=sample, host=host)
    return LiveKitMember(participant, inbox)


def session(tls: ssl.SSLContext | bool = True) -> aiohttp.ClientSession:
    """An HTTP client without a limit on connections: each participant has one for as long as it stays."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, ssl=tls))
