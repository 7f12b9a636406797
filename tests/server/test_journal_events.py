"""The whole server tells a journal what happens, and closes though somebody listens."""

import asyncio
from pathlib import Path

import aiohttp

from server.app import Server
from server.config import Config, DatabaseConfig, HttpConfig, MediaConfig, WebhooksConfig
from tests.support.receiver import receiving

KEY = "sk_test_journal-of-the-server"
ROSTER = {
    "classes/7v": {"school": "s1", "title": "7В"},
    "people/t15": {"role": "teacher", "family_name": "Иванова", "given_name": "Анна"},
    "enrollments/7v/algebra": {"teachers": ["t15"], "students": ["s201"]},
}
CALL = {"class": "7v", "subject": "algebra", "lesson_no": 1, "starts_at": "2026-01-26T12:00:00+03:00", "teacher": "t15"}
CLOSING_SECONDS = 10.0  # aiohttp alone would wait a minute for the stream


async def test_events_reach_stream_and_receiver_and_do_not_keep_the_server_from_closing(tmp_path: Path) -> None:
    config = Config(
        mode="demo",
        http=HttpConfig("127.0.0.1", 0),
        media=MediaConfig(("127.0.0.1",), port=0, threads=1),
        database=DatabaseConfig(f"sqlite:///{tmp_path}/z.db"),
        webhooks=WebhooksConfig(("127.0.0.1",)),
        keys={"key": "s" * 40},
    )
    async with receiving() as receiver, Server(config) as server:
        await server.bridge.ensure_key(
            "Журнал", KEY, ["roster:write", "calls:write", "webhooks:write", "attendance:read"]
        )
        headers = {"Authorization": f"Bearer {KEY}"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", headers=headers) as http:
            for path, body in ROSTER.items():
                assert (await http.put(f"/v1/{path}", json=body)).status < 300
            hook = {"url": receiver.url, "events": ["attendance.ready"]}
            assert (await http.post("/v1/webhook-endpoints", json=hook)).status == 201
            stream = await http.get("/v1/events/stream")
            call = await (await http.post("/v1/calls", json=CALL)).json()
            visit = {"person": "s201", "seconds": 60}
            for path, body in (("start", {}), ("visits", visit), ("end", {})):
                prefix = "/v1/sandbox" if path == "visits" else "/v1"
                answer = await http.post(f"{prefix}/calls/{call['id']}/{path}", json=body)
                assert answer.status < 300, await answer.text()
            seen: list[str] = []
            async with asyncio.timeout(20):
                while "attendance.ready" not in seen:
                    line = (await stream.content.readline()).decode()
                    if line.startswith("event: "):
                        seen.append(line.removeprefix("event: ").strip())
                while not receiver.taken:
                    async with http.get("/healthz") as alive:
                        assert alive.status == 200
            async with asyncio.timeout(CLOSING_SECONDS):
                await server.__aexit__()
            assert b"event:" not in await stream.content.read()
    assert seen == [
        "call.planned",
        "call.started",
        "participant.joined",
        "participant.left",
        "call.ended",
        "attendance.ready",
    ]
    assert receiver.taken[0]["data"]["present"] == 1
