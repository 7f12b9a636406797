"""The way to one client over a WebSocket: a bounded queue and a task that empties it.

Consumer too slow: when the bound is reached the socket is cut. The client resumes and gets the whole state.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable

from aiohttp import WSCloseCode, web

from signalling.core.limits import Limits
from signalling.livekit.frames import Frame


class Connection:
    """Implements `seat.SignalConnection`."""

    def __init__(
        self, socket: web.WebSocketResponse, cut: Callable[[], None], limits: Limits, counters: Counter[str]
    ) -> None:
        """`cut` drops the network connection without any farewell."""
        self.speaks_json = False
        self._socket = socket
        self._cut = cut
        self._limits = limits
        self._counters = counters
        self._queue: deque[bytes | str] = deque()
        self._queued = 0  # characters or bytes
        self._changed = asyncio.Event()
        self._is_ending = False
        self._close_code = WSCloseCode.OK
        self._close_reason = b""

    def send(self, frame: Frame) -> None:
        self.put(frame.text if self.speaks_json else frame.binary)

    def put(self, encoded: bytes | str) -> None:
        """Queue a whole message."""
        if self._is_ending:
            return
        self._queue.append(encoded)
        self._queued += len(encoded)
        self._counters["responses"] += 1
        if len(self._queue) > self._limits.queue_messages or self._queued > self._limits.queue_bytes:
            self._counters["slow_clients_cut"] += 1
            self.cut()
        self._changed.set()

    def end(self) -> None:
        self._is_ending = True
        self._changed.set()

    def cut(self) -> None:
        """Drop it with all that waits."""
        self._queue.clear()
        self.end()
        self._cut()

    def refuse(self, reason: str) -> None:
        """Close it because the client broke the protocol; what waits is still sent."""
        self._close_code, self._close_reason = WSCloseCode.PROTOCOL_ERROR, reason.encode()[:120]
        self.end()

    async def write(self) -> None:
        """Send what is queued until the connection has ended, then close the socket."""
        try:
            while not (self._is_ending and not self._queue):
                await self._changed.wait()
                self._changed.clear()
                await self._send_queued()
            await self._socket.close(code=self._close_code, message=self._close_reason)
        except ConnectionError:
            self._is_ending = True
            self._queue.clear()

    async def _send_queued(self) -> None:
        while self._queue:
            encoded = self._queue.popleft()
            self._queued -= len(encoded)
            if isinstance(encoded, str):
                await self._socket.send_str(encoded)
            else:
                await self._socket.send_bytes(encoded)
