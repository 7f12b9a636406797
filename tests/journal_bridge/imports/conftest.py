"""Asking for imports as a journal does, and waiting for their end."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from tests.journal_bridge.world import KEY, World, problem

POLL = 0.01  # seconds, as a client that waits does
ZIP, NDJSON = "application/zip", "application/x-ndjson"


@dataclass
class Importer:
    world: World

    async def post(self, body: bytes, kind: str = ZIP, *, key: str = KEY, **options: bool) -> Any:
        """The response to an upload."""
        query = "&".join(f"{name}={str(value).lower()}" for name, value in options.items())
        headers = {"Authorization": f"Bearer {key}", "Content-Type": kind}
        return await self.world.client.post(f"/v1/imports?{query}", data=body, headers=headers)

    async def bring(self, body: bytes, kind: str = ZIP, *, key: str = KEY, **options: bool) -> dict[str, Any]:
        """The finished import."""
        response = await self.post(body, kind, key=key, **options)
        assert response.status == 202, await response.text()
        return await self.end((await response.json())["id"], key=key)

    async def end(self, import_id: str, *, key: str = KEY) -> dict[str, Any]:
        """The import when it is finished."""
        while True:
            job: dict[str, Any] = await self.world.done("GET", f"/v1/imports/{import_id}", key=key)
            if job["state"] in ("done", "failed"):
                return job
            await asyncio.sleep(POLL)

    async def refused(self, body: bytes, kind: str = ZIP, **options: bool) -> dict[str, Any]:
        return await problem(await self.post(body, kind, **options))

    async def export(self, key: str = KEY) -> bytes:
        response = await self.world.client.get("/v1/exports/oneroster.zip", headers={"Authorization": f"Bearer {key}"})
        assert (response.status, response.content_type) == (200, ZIP)
        return await response.read()


@pytest.fixture
def importer(world: World) -> Importer:
    return Importer(world)


def counts(job: dict[str, Any]) -> dict[str, tuple[int, int, int, int]]:
    """Added, changed, removed, unchanged of each kind that has any."""
    found = {}
    for kind, count in job["difference"].items():
        numbers = tuple(count[name] for name in ("added", "changed", "removed", "unchanged"))
        if any(numbers):
            found[kind] = numbers
    return found


def codes(job: dict[str, Any]) -> list[tuple[str, str | None, int | None, str | None]]:
    """Code, file, line, field of each problem."""
    return [(each["code"], each["file"], each["line"], each["field"]) for each in job["problems"]]
