import asyncio
import logging

import pytest

from server.lifecycle import Spawner


async def test_a_failing_task_is_logged_and_leaves_the_others_alone(caplog: pytest.LogCaptureFixture) -> None:
    spawner = Spawner()
    going_on = asyncio.Event()

    async def fail() -> None:
        raise RuntimeError("broken")

    async def go_on() -> None:
        going_on.set()
        await asyncio.Event().wait()

    with caplog.at_level(logging.ERROR):
        await asyncio.wait([spawner.spawn(fail())])
        survivor = spawner.spawn(go_on())
        await going_on.wait()
    assert "fail" in caplog.text
    assert "broken" in caplog.text
    assert not survivor.done()
    await spawner.close()
    assert survivor.cancelled()
    assert len(spawner) == 0
