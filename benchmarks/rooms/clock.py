"""The clock of a run: that of its event loop, so that tests can bring one with virtual time."""

import asyncio


def now() -> float:
    """Seconds of CLOCK_MONOTONIC, as in the load engine."""
    return asyncio.get_running_loop().time()
