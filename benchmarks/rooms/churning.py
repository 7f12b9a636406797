"""Participants that leave and come back while a run is measured."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator

from benchmarks.rooms.plan import Churn, Plan, Seat
from benchmarks.rooms.stage import Stage


@contextlib.asynccontextmanager
async def come_and_go(stage: Stage, plan: Plan) -> AsyncIterator[None]:
    """While the block runs, what the plan's churn says. Who is away at the end stays away; who is coming, comes."""
    over, failed = asyncio.Event(), None
    async with asyncio.TaskGroup() as group:
        if plan.churn is not None:
            group.create_task(_send_away(stage, plan, plan.churn, over, group))
        try:
            yield
        except Exception as error:
            failed = error  # the group would wrap it
        finally:
            over.set()
    if failed is not None:
        raise failed


async def _send_away(stage: Stage, plan: Plan, churn: Churn, over: asyncio.Event, group: asyncio.TaskGroup) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    for seat in itertools.cycle(plan.seats):
        if not stage.inside:
            return
        if seat.identity not in stage.inside:
            continue
        due += 1 / churn.per_second
        if await _over(over, due - loop.time()):
            return
        group.create_task(_leave_and_return(stage, seat, churn.away, over))


async def _leave_and_return(stage: Stage, seat: Seat, away: float, over: asyncio.Event) -> None:
    await stage.leave(seat.identity)
    if not await _over(over, away):
        await stage.enter(seat, again=True)


async def _over(over: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until the measuring is over."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(over.wait(), max(0.0, seconds))
    return over.is_set()
