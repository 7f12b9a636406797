"""A lesson's call, made over the journal's HTTP interface, and the browsers of those who belong to it."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from benchmarks.peers.peer import PeerError
from identity.http import SESSION_COOKIE

TEACHER = "t1"
TIMETABLE: dict[str, Any] = {"ext_id": "l1", "class": "7v", "subject": "algebra", "lesson_no": 1, "teacher": TEACHER}
OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody's browser with its session."""

    http: aiohttp.ClientSession
    call: str
    cookie: str

    async def enter(self) -> str:
        """A token for the room of the call where the person belongs now. Raises PeerError."""
        cookies = {SESSION_COOKIE: self.cookie}
        path = f"/api/calls/{self.call}/enter"
        async with self.http.post(path, data=b"{}", headers=OWN_PAGE, cookies=cookies) as answer:
            if not answer.ok:
                raise PeerError(f"the call's door answered {answer.status}: {await answer.text()}")
            return str((await answer.json())["token"])


class School:
    """A running call of a class."""

    def __init__(self, http: aiohttp.ClientSession, key: str) -> None:
        """`http` has the server as its base and keeps no cookies: each person has their own."""
        self._http = http
        self._headers = {"Authorization": f"Bearer {key}"}

    async def begin(self, pupils: int) -> tuple[str, ...]:
        """Describe the class and start the call; the pupils as the journal calls them. Raises PeerError."""
        people = tuple(f"s{number}" for number in range(1, pupils + 1))
        await self._ask("PUT", "/schools/s", {"name": "Школа № 1", "region": "Москва", "tz": "Europe/Moscow"})
        await self._ask(
            "PUT", f"/people/{TEACHER}", {"role": "teacher", "family_name": "Иванова", "given_name": "Анна"}
        )
        for person in people:
            body = {"role": "student", "family_name": f"Ученик{person[1:]}", "given_name": "Борис"}
            await self._ask("PUT", f"/people/{person}", body)
        await self._ask("PUT", "/classes/7v", {"school": "s", "title": "7В"})
        await self._ask("PUT", "/subjects/algebra", {"title": "Алгебра"})
        await self._ask("PUT", "/enrollments/7v/algebra", {"teachers": [TEACHER], "students": people})
        await self._ask("POST", "/calls", {**TIMETABLE, "starts_at": "2026-01-26T12:00:00+03:00"})
        await self._ask("POST", "/calls/ext:l1/start", {})
        return people

    async def ticket(self, person: str) -> str:
        """The address that lets a person's browser in, once. Raises PeerError."""
        return str((await self._ask("POST", "/calls/ext:l1/tickets", {"person": person}))["url"])

    async def browser(self, person: str) -> Browser:
        """The person's browser after a click in the journal. Raises PeerError."""
        async with self._http.get(await self.ticket(person), allow_redirects=False) as answer:
            if SESSION_COOKIE not in answer.cookies:
                raise PeerError(f"the ticket's door answered {answer.status} {answer.headers.get('Location', '')}")
            call = answer.headers["Location"].rpartition("/")[2]
            return Browser(self._http, call, answer.cookies[SESSION_COOKIE].value)

    async def _ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self._http.request(method, f"/v1{path}", json=body, headers=self._headers) as answer:
            if not answer.ok:
                raise PeerError(f"{method} /v1{path}: {answer.status} {await answer.text()}")
            return dict(await answer.json())
