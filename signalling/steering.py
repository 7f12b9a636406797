"""The port `Steering`: other features arrange calls and their breakout rooms, as people who lead them do on pages."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeVar

from signalling.calls import CallService
from signalling.core.call import steering
from signalling.core.call.messages import Rights
from signalling.core.call.state import Call
from signalling.core.errors import Refusal, UserError
from signalling.live_call import LiveCall
from signalling.ports import Bound, ClassNow, GivenRights, NotKeptError, RoomNow, RoomsPlan, SteeringError

T = TypeVar("T")


class CallSteering:
    """Implements `ports.Steering`."""

    def __init__(self, calls: CallService) -> None:
        self._calls = calls

    def look(self, call: str) -> ClassNow:
        state = self._live(call).call
        rooms = state.breakout
        return ClassNow(
            {
                role: GivenRights(**{name: getattr(given, name) for name in GivenRights._fields})
                for role, given in state.rights.items()
            },
            rooms.phase,
            rooms.mode,
            rooms.seed,
            rooms.minutes,
            rooms.ends_at,
            tuple(RoomNow(group.name, group.open, rooms.people(group.id)) for group in rooms.rooms.values()),
        )

    async def permit(self, call: str, rights: Mapping[Bound, GivenRights]) -> bool:
        given = {role: Rights(**one._asdict()) for role, one in rights.items()}
        return await self._do(call, lambda state, now: steering.permit(state, given, now))

    async def prepare_rooms(self, call: str, plan: RoomsPlan) -> bool:
        return await self._do(call, lambda state, now: steering.prepare_rooms(state, plan, now))

    async def open_rooms(self, call: str, minutes: int | None) -> None:
        await self._do(call, lambda state, now: steering.open_rooms(state, minutes, now))

    async def close_rooms(self, call: str, seconds: int) -> None:
        await self._do(call, lambda state, now: steering.close_rooms(state, seconds, now))

    async def tell_rooms(self, call: str, text: str) -> None:
        await self._do(call, lambda state, now: steering.tell_rooms(state, text, now))

    async def _do(self, call: str, step: Callable[[Call, float], T]) -> T:
        """A step of the core; what has to be kept of it is kept when this returns."""
        live = self._live(call)
        try:
            result = live.run(lambda now: step(live.call, now))
        except UserError as error:
            match error.refusal:
                case Refusal.NOT_FOUND:
                    raise SteeringError("not_found", error.text) from error
                case Refusal.PRECONDITION:
                    raise SteeringError("precondition", error.text) from error
                case _:
                    raise SteeringError("invalid", error.text) from error
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        live.keeper.when_kept(lambda done: None if kept.done() else kept.set_result(done))
        if not await kept:
            raise NotKeptError("the call's state is not kept")
        return result

    def _live(self, call: str) -> LiveCall:
        live = self._calls.live(call)
        if live is None:
            raise LookupError("the call is neither open nor prepared")
        return live
