"""A lesson made over the journal's HTTP interface, for tests that are not about the journal's pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.support.server_process import ServerProcess

PEOPLE = {
    "t1": {"role": "teacher", "family_name": "Иванова", "given_name": "Анна"},
    "s1": {"role": "student", "family_name": "Петров", "given_name": "Борис"},
    "s2": {"role": "student", "family_name": "Сидорова", "given_name": "Вера"},
    "p1": {"role": "parent", "family_name": "Петрова", "given_name": "Галина", "children": ["s1"]},
}


class Lesson:
    """A running call of class 7В."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http = http
        self._base = base

    async def ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self._http.request(method, f"{self._base}/v1{path}", json=body) as answer:
            text = await answer.text()
            assert answer.ok, f"{method} {path}: {answer.status} {text}"
            return dict(await answer.json())

    async def plan(self) -> None:
        await self.ask("PUT", "/schools/s", {"name": "Школа № 1", "region": "Москва", "tz": "Europe/Moscow"})
        for ext_id, person in PEOPLE.items():
            await self.ask("PUT", f"/people/{ext_id}", person)
        await self.ask("PUT", "/classes/7v", {"school": "s", "title": "7В"})
        await self.ask("PUT", "/subjects/algebra", {"title": "Алгебра"})
        learners = [ext_id for ext_id, person in PEOPLE.items() if person["role"] == "student"]
        await self.ask("PUT", "/enrollments/7v/algebra", {"teachers": ["t1"], "students": learners})
        planned = {"ext_id": "l1", "class": "7v", "subject": "algebra", "lesson_no": 1, "teacher": "t1"}
        await self.ask("POST", "/calls", {**planned, "starts_at": "2026-01-26T12:00:00+03:00"})

    async def start(self) -> None:
        await self.ask("POST", "/calls/ext:l1/start", {})

    async def end(self) -> None:
        await self.ask("POST", "/calls/ext:l1/end", {})

    async def ticket(self, person: str) -> str:
        """The address that lets this person's browser in, once."""
        return str((await self.ask("POST", "/calls/ext:l1/tickets", {"person": person}))["url"])

    async def token(self, person: str) -> str:
        """What this person's page gets from the call's door."""
        page = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(await self.ticket(person)) as entered:
                call = entered.url.path.removeprefix("/call/")
            async with browser.post(f"{self._base}/api/calls/{call}/enter", data=b"{}", headers=page) as answer:
                assert answer.ok, await answer.text()
                return str((await answer.json())["token"])

    async def permit_pupils(self, **permissions: bool) -> None:
        everything = dict.fromkeys(("mic", "unmute", "camera", "screen", "board", "chat", "hand"), True)
        await self.ask("PUT", "/calls/ext:l1/permissions", {"student": everything | permissions})


@asynccontextmanager
async def running_lesson(server: ServerProcess) -> AsyncIterator[Lesson]:
    key = await server.new_journal_key()
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as http:
        lesson = Lesson(http, server.url)
        await lesson.plan()
        await lesson.start()
        yield lesson
