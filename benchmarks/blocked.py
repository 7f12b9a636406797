"""`python -m benchmarks.blocked --config FILE`: our server in-process, its event loop blocked at regular times.

It stands for a server whose Python is busy (a database, a big document, garbage collection): for a share of the time
the loop's thread computes with the GIL held and nothing else of Python runs. Forwarding must not notice.
"""

import argparse
import asyncio
import logging
import os
import signal
import time
from pathlib import Path

import uvloop

from server import config as configuration
from server.app import Server

BLOCK = 0.020  # seconds of computing without a pause
PERIOD = 0.040  # seconds from one block to the next: the loop is blocked half of the time


def compute(seconds: float) -> int:
    """Hold the GIL and compute for this long; returns the rounds made."""
    end, rounds = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        rounds += 1
    return rounds


def block_again(loop: asyncio.AbstractEventLoop) -> None:
    """Block once and come back a period after this block's begin."""
    begin = loop.time()
    compute(BLOCK)
    loop.call_at(begin + PERIOD, block_again, loop)


async def serve(config: configuration.Config) -> None:
    """Run the server under load until SIGINT or SIGTERM."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Server(config):
        block_again(loop)
        await stop.wait()


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    config = configuration.load(parser.parse_args().config, os.environ)
    logging.basicConfig(level=config.log_level.upper())
    uvloop.run(serve(config))


if __name__ == "__main__":
    main()
