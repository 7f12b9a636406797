"""Messages on their way: queued, tried again, sent once."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from identity.core.codes import CODE_SECONDS
from identity.messages import CLAIM_SECONDS, RETRY_SECONDS, Messages
from identity.ports import SendError
from identity.store.tables import MESSAGES
from server.lifecycle import Spawner
from server.storage import Database
from tests.identity.world import NOON, PHONE, Clock
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


class Gateway:
    """Takes messages over, unless it is down."""

    def __init__(self) -> None:
        self.down = False
        self.taken: list[tuple[str, str, float]] = []
        self.told = asyncio.Event()

    async def send(self, phone: str, text: str, ttl: float) -> None:
        if self.down:
            raise SendError("the gateway answers 503")
        self.taken.append((phone, text, ttl))
        self.told.set()

    async def close(self) -> None:
        pass


class Post:
    """One server's queue."""

    def __init__(self, database: Database, gateway: Gateway, clock: Clock) -> None:
        self.database, self.gateway, self.clock = database, gateway, clock
        self.messages = Messages(database, gateway, clock=clock, random=random.Random(1).randbytes)

    async def queue(self, attempt: str = "att_1", text: str = "123456") -> None:
        async with self.database.write() as connection:
            await self.messages.queue(connection, attempt, PHONE, text, CODE_SECONDS)

    async def waiting(self) -> int:
        async with self.database.read() as connection:
            return int(await connection.scalar(select(func.count()).select_from(MESSAGES)) or 0)


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    database = Database(database_url)
    yield Post(database, Gateway(), Clock(NOON))
    await database.close()


async def test_a_message_is_sent_once_and_then_gone(post: Post) -> None:
    await post.queue()
    await post.messages.send_due()
    await post.messages.send_due()
    assert post.gateway.taken == [(PHONE, "123456", CODE_SECONDS)]
    assert await post.waiting() == 0


async def test_a_message_is_tried_again_until_its_code_is_worthless(post: Post) -> None:
    post.gateway.down = True
    await post.queue()
    for delay in RETRY_SECONDS:
        assert await post.messages.send_due() == min(delay, 30.0)
        post.clock.now += delay - 0.5
        await post.messages.send_due()
        post.clock.now += 0.5
    assert await post.waiting() == 1
    post.clock.now = NOON + CODE_SECONDS
    post.gateway.down = False
    await post.messages.send_due()
    assert post.gateway.taken == [] and await post.waiting() == 0


async def test_another_server_sends_what_a_dead_one_had_taken(post: Post) -> None:
    class Dies(Gateway):
        async def send(self, phone: str, text: str, ttl: float) -> None:
            raise asyncio.CancelledError

    dead = Post(post.database, Dies(), post.clock)
    await dead.queue()
    with pytest.raises(asyncio.CancelledError):
        await dead.messages.send_due()
    await post.messages.send_due()
    assert post.gateway.taken == [], "it may still be sending"
    post.clock.now += CLAIM_SECONDS
    await post.messages.send_due()
    assert len(post.gateway.taken) == 1


async def test_two_servers_do_not_send_the_same_message(post: Post) -> None:
    other = Post(post.database, post.gateway, post.clock)
    for number in range(8):
        await post.queue(f"att_{number}", str(number))
    await asyncio.gather(post.messages.send_due(), other.messages.send_due())
    assert sorted(text for _, text, _ in post.gateway.taken) == [str(number) for number in range(8)]


async def test_a_newer_code_replaces_one_that_waits(post: Post) -> None:
    await post.queue(text="old")
    await post.queue(text="new")
    await post.messages.send_due()
    assert [text for _, text, _ in post.gateway.taken] == ["new"]


async def test_a_waiting_server_is_woken(post: Post) -> None:
    spawner = Spawner()
    spawner.spawn(post.messages.run())
    await post.queue()
    post.messages.wake()
    async with asyncio.timeout(20):
        await post.gateway.told.wait()
    await spawner.close()
