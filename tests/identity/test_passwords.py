"""Hashing away from the loop, a few at a time."""

import asyncio
import threading

import pytest
from argon2 import PasswordHasher

from identity.core.refusals import ProblemError
from identity.passwords import PARALLEL, WAITING, Passwords
from tests.support.cheap_hasher import CHEAP_HASHER


async def test_only_the_right_password_fits() -> None:
    passwords = Passwords(CHEAP_HASHER)
    hashed = await passwords.hash("сирень у крыльца 7")
    assert hashed.startswith("$argon2id$")
    assert await passwords.fits(hashed, "сирень у крыльца 7")
    assert not await passwords.fits(hashed, "сирень у крыльца 8")
    assert not await passwords.fits(None, "nobody has this password"), "the stand-in opens nothing"
    assert not await passwords.fits("no hash", "x")


async def test_a_hash_with_other_parameters_is_outdated() -> None:
    hashed = CHEAP_HASHER.hash("x")
    assert Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)).outdated(hashed)
    assert not Passwords(CHEAP_HASHER).outdated(hashed)


class Held(PasswordHasher):
    """Hashes when it is let go."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.gate = threading.Event()
        self.inside = self.most = 0
        self._lock = threading.Lock()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.gate.wait(30)
        with self._lock:
            self.inside -= 1
        return "hash"


async def test_few_hash_at_once_some_wait_and_the_rest_is_sent_away() -> None:
    hasher = Held()
    passwords = Passwords(hasher)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(passwords.hash("x")) for _ in range(PARALLEL + WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(ProblemError) as caught:
            await passwords.hash("x")
        assert (caught.value.code, caught.value.extra["retry_after"]) == ("busy", 3)
        hasher.gate.set()
    assert {task.result() for task in tasks} == {"hash"}
    assert hasher.most <= PARALLEL
    assert await passwords.hash("x") == "hash", "there is room again"
