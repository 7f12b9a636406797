"""Zvonok's HTTP interface as this journal uses it. In: our ids. Out: JSON, or an `ApiError` with the problem."""

from collections.abc import Mapping
from typing import Any

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=10)  # seconds; a lesson's page must not hang on us
MAX_KNOWN = 500  # answers kept with their ETag


class ApiError(Exception):
    """Zvonok refused, and said why in a problem document (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')}")
        self.status = status
        self.code = str(problem.get("code", ""))
        self.problem = problem


class Unreachable(Exception):  # noqa: N818  (a state of the network, not a mistake)
    """Zvonok does not answer at all."""


class Zvonok:
    """One journal's access. GETs are asked with the known ETag, so polling an unchanged diary costs no body."""

    def __init__(self, url: str, key: str, session: aiohttp.ClientSession) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"}
        self._session = session
        self._known: dict[str, tuple[str, Any]] = {}

    async def get(self, path: str, **query: str) -> Any:
        """A record or a list."""
        where = f"{path}?{'&'.join(f'{name}={value}' for name, value in sorted(query.items()))}"
        etag, known = self._known.get(where, ("", None))
        status, headers, answer = await self._ask("GET", path, query=query, etag=etag)
        if status == 304:
            return known
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
        self._known[where] = (headers.get("ETag", ""), answer)
        return answer

    async def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Describe a record."""
        return (await self._ask("PUT", path, body=body))[2]

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Plan, start, end, ask for a ticket."""
        return (await self._ask("POST", path, body=body or {}))[2]

    async def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change a call."""
        return (await self._ask("PATCH", path, body=body))[2]

    async def delete(self, path: str) -> None:
        """Remove a call."""
        await self._ask("DELETE", path)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        etag: str = "",
    ) -> tuple[int, Mapping[str, str], Any]:
        headers = {**self._headers, "If-None-Match": etag} if etag else self._headers
        try:
            async with self._session.request(
                method, f"{self._url}/v1/{path}", params=query, json=body, headers=headers, timeout=TIMEOUT
            ) as response:
                answer = await response.json(content_type=None) if response.status not in (204, 304) else None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unreachable(str(error)) from error
        if response.status >= 400:
            raise ApiError(response.status, answer if isinstance(answer, dict) else {})
        return response.status, response.headers, answer
