"""A browser in front of our own pages, and who signs in with it, in the world of test keys (every code is 000000)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse

from tests.journal_bridge.world import World, must_be_documented

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
FORMS: dict[str, dict[str, Any]] = {
    "t15": {
        "family_name": "Иванова",
        "given_name": "Анна",
        "patronymic": "Сергеевна",
        "birth_date": "1980-05-17",
        "gender": "female",
    },
    "s201": {"family_name": "Смирнов", "given_name": "Илья", "birth_date": "2010-03-02", "gender": "male"},
    "s202": {"family_name": "Орлова", "given_name": "Мария", "birth_date": "2015-03-02", "gender": "female"},
    "t16": {"family_name": "Петров", "given_name": "Пётр", "birth_date": "1975-11-02", "gender": "male"},
    "p1": {"family_name": "Смирнова", "given_name": "Ольга", "birth_date": "1984-01-20", "gender": "female"},
}
"""What people of the first journal's roster say of themselves; s202 is under 14."""

PHONES = {person: f"+7912345670{number}" for number, person in enumerate(FORMS)}


@dataclass
class Owner:
    """A browser; after `sign_up` the owner of a profile sits before it."""

    world: World
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] = {}) -> ClientResponse:
        """A request as our page sends it; the answer's cookies are kept."""
        sent = dict(headers)
        if method != "GET":
            sent = {"Content-Type": "application/json", **SAME_ORIGIN} | sent
            body = {} if body is None else body
        self.world.client.session.cookie_jar.clear()
        answer = await self.world.client.request(
            method, path, json=body, headers=sent, cookies=self.cookies, allow_redirects=False
        )
        await answer.read()
        self.world.client.session.cookie_jar.clear()
        for name, morsel in answer.cookies.items():
            if morsel.value:
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)
        if answer.content_type == "application/problem+json":
            must_be_documented(method, path.partition("?")[0], (await answer.json())["code"])
        return answer

    async def done(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.ask(method, path, body)
        assert answer.status < 300, await answer.text()
        return await answer.json() if answer.status != 204 else None

    async def refused(self, method: str, path: str, body: Any = None) -> str:
        """The code of the refusal."""
        answer = await self.ask(method, path, body)
        assert answer.status >= 400, await answer.text()
        return str((await answer.json())["code"])

    async def sign_up(self, person: str, link: str) -> None:
        """A new profile, made on the way to the link of this code. Nothing is linked yet."""
        await self.prove(person, link, intent="create")
        state = await self.done("POST", "/api/sign-in/form", FORMS[person])
        state = await self.done(
            "POST", "/api/sign-in/consent", {"version": state["consent"]["version"], "accepted": True}
        )
        assert state["step"] == "done"

    async def prove(self, person: str, link: str, *, intent: str = "continue") -> None:
        """Up to what follows the code; whoever has a profile is signed in. Any living link code leads to the test
        keys' world."""
        await self.done("GET", f"/api/sign-in?link={link}")
        await self.done("POST", "/api/sign-in/phone", {"phone": PHONES[person], "intent": intent})
        await self.done("POST", "/api/sign-in/code", {"code": "000000"})


async def link_code(world: World, person: str, *, return_url: str | None = None) -> str:
    """A code of the first journal for its person."""
    body = {"person": person} | ({"return_url": return_url} if return_url else {})
    return str((await world.done("POST", "/v1/link-sessions", body))["code"])


async def linked(world: World, person: str) -> Owner:
    """Somebody who has signed up and linked."""
    code = await link_code(world, person)
    owner = Owner(world)
    await owner.sign_up(person, code)
    await owner.done("POST", f"/api/link-sessions/{code}/accept")
    return owner
