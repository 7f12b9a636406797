"""The end of background tasks."""

import asyncio
from collections.abc import Collection
from typing import Any

ASK_AGAIN = 0.5  # seconds


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel and wait until all of them are over.

    They are asked again when they go on: a library's `asyncio.wait_for` swallows a cancellation that comes together
    with the result (Python 3.11).
    """
    going = set(tasks)
    while going:
        for task in going:
            task.cancel()
        _, going = await asyncio.wait(going, timeout=ASK_AGAIN)
