"""Signalling as a whole: put together from its parts, drained when the server stops."""

import asyncio
import random as randomness
from collections.abc import Callable, Mapping

from signalling.call_socket import CallEndpoint
from signalling.calls import CallService
from signalling.config import SignallingConfig
from signalling.core.calls import CallRegister
from signalling.events import Event
from signalling.livekit.room_service import SERVICE, RoomService
from signalling.livekit.tokens import Tokens
from signalling.livekit.twirp import TwirpServer
from signalling.livekit.websocket import SignalEndpoint
from signalling.ports import Calls, CallStore, Media, Steering
from signalling.rooms import Rooms
from signalling.steering import CallSteering
from signalling.surroundings import Spawn, Surroundings


class SignallingService:
    """Owns rooms and signal connections. `calls` is the port for other features, `http.setup` adds the routes."""

    def __init__(
        self,
        config: SignallingConfig,
        media: Media,
        *,
        spawn: Spawn,
        clock: Callable[[], float],
        wall: Callable[[], float],
        emit: Callable[[Event], None],
        store: CallStore,
        random: randomness.Random,
    ) -> None:
        """`clock` is monotonic, `wall` counts since the epoch, both in seconds. `emit` gets the events in order and
        must not raise. Sids come from `random`, so it has to be a SystemRandom. Raises ValueError for unusable keys.
        """
        self.tokens = Tokens(config.keys, wall, config.limits.token)

        def tell(event: Event) -> None:
            event = self._calls.titled(event)
            emit(event)
            self._calls.heard(event)

        self._around = Surroundings(
            config,
            media,
            self.tokens,
            CallRegister(),
            clock,
            wall,
            tell,
            lambda call, identity: self._calls.unmute_used(call, identity),
            random.choice,
            spawn,
        )
        self.rooms = Rooms(self._around)
        self._calls = CallService(self._around, self.rooms, store)
        self.calls: Calls = self._calls
        self.steering: Steering = CallSteering(self._calls)
        self.call_endpoint = CallEndpoint(self._around, self._calls)
        self.endpoint = SignalEndpoint(self._around, self.rooms)
        self.twirp = TwirpServer(SERVICE, RoomService(self.rooms).methods(), self.tokens, self._calls.grants)

    async def close(self) -> None:
        """Send everybody away to connect anew, and wait a little until they have got that."""
        self.rooms.close_all()
        timeout = self._around.config.drain_timeout
        await asyncio.gather(self.endpoint.drain(timeout), self.call_endpoint.drain(timeout))
        await self._calls.close()

    def counters(self) -> Mapping[str, int]:
        """What has happened since the start, by name; names are Prometheus-safe."""
        total = self._around.counters.copy()
        for live in self.rooms.all():
            total.update(live.room.counters)
        return total

    def gauges(self) -> Mapping[str, int]:
        """What is there now, by name."""
        rooms = [live.room for live in self.rooms.all()]
        present = [participant for room in rooms for participant in room.participants.values()]
        people = [participant for participant in present if not participant.is_guest]
        return {
            "rooms": len(rooms),
            "participants": len(people),
            "participants_active": sum(participant.is_active for participant in people),
            "participants_without_signal": sum(not participant.signal for participant in people),
            "guests": len(present) - len(people),
            "tracks": sum(len(participant.tracks) for participant in people),
            "subscriptions": sum(len(participant.receiving.now) for participant in people),
            "connections": len(self.endpoint),
            "pages": len(self.call_endpoint),
            "calls_open": len(self._around.calls),
        }
