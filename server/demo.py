"""`zvonok demo`: the server on its defaults with the reference journal beside it, and the links to open.

In: a configuration. Out: a running demo until it is told to stop.
"""

import asyncio
import hmac
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

from journal_bridge.keys import SCOPES
from server.app import Server
from server.config import Config, WebhooksConfig

JOURNAL = "Демонстрационный журнал"
JOURNAL_PORT = 7881
START_TIMEOUT = 30.0  # seconds the journal gets to fill its roster and answer

LINKS = """
  Zvonok is running. Open in two browsers, or in two windows of which one is private:

    teacher   {journal}/teacher
    pupil     {journal}/pupil
    parent    {journal}/parent

  Codes by SMS appear at {server}/demo/outbox, the interface for journals is described at {server}/docs.
  LiveKit clients: {server} with key {key}. Health: {server}/readyz. Stop with Ctrl-C.
"""


async def run(config: Config, stop: Callable[[], Awaitable[None]]) -> None:
    """Serve until `stop` returns. Raises OSError when a port is taken or the journal does not start."""
    _check_port()
    config = replace(config, webhooks=WebhooksConfig((*config.webhooks.allow, "127.0.0.0/8", "::1")))
    async with Server(config) as server:
        address = f"http://localhost:{server.port}"
        key = _journal_key(config)
        await server.bridge.ensure_key(JOURNAL, key, SCOPES)
        journal = await _start_journal(address, key)
        try:
            await _answers(journal)
            links = LINKS.format(
                journal=f"http://localhost:{JOURNAL_PORT}", server=address, key=next(iter(config.keys))
            )
            print(links, flush=True)
            await stop()
        finally:
            if journal.returncode is None:
                journal.terminate()
            await journal.wait()


def _check_port() -> None:
    """Raises OSError when something else has the journal's port: the links would lead there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of the last run may linger
        try:
            probe.bind(("127.0.0.1", JOURNAL_PORT))
        except OSError as error:
            raise OSError(error.errno, f"{error.strerror} (TCP port {JOURNAL_PORT} for the journal)") from error


def _journal_key(config: Config) -> str:
    """The same at every start, so that the database does not fill with keys; as secret as the demo's API secret."""
    secret = next(iter(config.keys.values()))
    return f"sk_live_{hmac.digest(secret.encode(), JOURNAL.encode(), 'sha256').hex()}"


async def _start_journal(address: str, key: str) -> asyncio.subprocess.Process:
    # The key goes through the environment: a command line is there for everybody on the machine to read.
    environment = {**os.environ, "REFERENCE_JOURNAL_KEY": key}
    module = ["-m", "journal_bridge.reference_journal", "--port", str(JOURNAL_PORT), "--zvonok", address]
    return await asyncio.create_subprocess_exec(sys.executable, *module, env=environment)


async def _answers(journal: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(START_TIMEOUT):
            while journal.returncode is None:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", JOURNAL_PORT)
                except ConnectionError:
                    await asyncio.sleep(0.1)
                else:
                    writer.close()
                    return
    except TimeoutError:
        raise OSError(f"the reference journal does not answer after {START_TIMEOUT:.0f} s") from None
    raise OSError(f"the reference journal ended; is port {JOURNAL_PORT} taken?")
