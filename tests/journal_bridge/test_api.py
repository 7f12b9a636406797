"""What surrounds every request: keys and scopes, repeated POSTs, limits, problem documents."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from journal_bridge.core.idempotency import ABANDONED_SECONDS, KEEP_SECONDS, Stored
from journal_bridge.core.problems import ProblemError
from journal_bridge.http.wire import MAX_BODY
from journal_bridge.store.tables import KEYS
from tests.journal_bridge.world import CALL, KEY, NOON, OTHER_KEY, SCOPES, World, problem
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH

ONCE = {"Idempotency-Key": "lesson-991"}


async def test_a_key_says_what_it_opens(world: World) -> None:
    me = await world.done("GET", "/v1/me")
    assert me["journal"]["name"] == "Журнал первый"
    assert me["mode"] == "test"
    assert me["scopes"] == sorted(SCOPES)


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Bearer", "Bearer  "])
async def test_a_request_without_a_key_is_refused(world: World, header: str | None) -> None:
    headers = {"Authorization": header} if header is not None else {}
    response = await world.ask("GET", "/v1/me", key=None, headers=headers)
    assert (response.status, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert (await problem(response))["code"] == "key_missing"


async def test_an_invented_key_is_refused(world: World) -> None:
    assert (await world.refused("GET", "/v1/me", key="sk_test_invented-invented"))["code"] == "key_unknown"


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("calls:read", "GET", "/v1/calls"),
        ("calls:read", "GET", "/v1/calls/x"),
        ("calls:read", "GET", "/v1/people/x/week"),
        ("calls:write", "POST", "/v1/calls"),
        ("calls:write", "PATCH", "/v1/calls/x"),
        ("calls:write", "DELETE", "/v1/calls/x"),
        ("calls:write", "POST", "/v1/calls/x/start"),
        ("calls:write", "POST", "/v1/calls/x/end"),
        ("calls:write", "POST", "/v1/calls/x/tickets"),
        ("roster:write", "PUT", "/v1/schools/x"),
        ("roster:write", "PUT", "/v1/people/x"),
        ("roster:write", "PUT", "/v1/classes/x"),
        ("roster:write", "PUT", "/v1/subjects/x"),
        ("roster:write", "PUT", "/v1/enrollments/x/y"),
    ],
)
async def test_a_key_without_the_scope_is_refused(world: World, scope: str, method: str, path: str) -> None:
    others = [each for each in ("roster:write", "calls:write", "calls:read") if each != scope]
    key = "sk_live_limited-limited"
    await world.bridge.ensure_key("Журнал первый", key, others)
    refused = await world.refused(method, path, {} if method != "GET" else None, key=key)
    assert (refused["status"], refused["code"]) == (403, "scope_missing")
    assert scope in refused["detail"]


async def test_live_and_test_keys_of_a_journal_see_different_worlds(school: World) -> None:
    live = "sk_live_journal-one-key"
    await school.bridge.ensure_key("Журнал первый", live, ["calls:read", "calls:write"])
    call = await school.plan()
    assert (await school.refused("GET", f"/v1/calls/{call['id']}", key=live))["code"] == "call_unknown"


@pytest.mark.parametrize(
    ("key", "scopes"),
    [("pk_test_long-enough-to-be", ()), ("sk_test_short", ()), ("sk_test_long-enough-to-be", ("all",))],
)
async def test_an_unusable_key_is_not_created(world: World, key: str, scopes: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"key|scopes"):
        await world.bridge.ensure_key("Журнал", key, scopes)


async def test_the_last_use_of_a_key_is_known(world: World) -> None:
    await world.done("GET", "/v1/me")
    world.clock.now += 3600
    await asyncio.gather(*(world.done("GET", "/v1/me") for _ in range(4)))
    async with world.database.read() as connection:
        used = (await connection.scalars(select(KEYS.c.last_used_at).where(KEYS.c.last_used_at.is_not(None)))).all()
    assert used == [NOON + 3600]


async def test_a_repeated_post_gets_the_same_answer(school: World) -> None:
    first = await school.ask("POST", "/v1/calls", CALL, headers=ONCE)
    again = await school.ask("POST", "/v1/calls", CALL, headers=ONCE)
    assert (first.status, again.status) == (201, 201)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert again.content_type == "application/json"
    assert await first.json() == await again.json()
    assert len((await school.done("GET", "/v1/calls"))["data"]) == 1


async def test_a_refusal_is_repeated_too(school: World) -> None:
    for replayed in (None, "true"):
        refused = await school.ask("POST", "/v1/calls", {**CALL, "class": "9z"}, headers=ONCE)
        assert (refused.status, refused.content_type) == (422, "application/problem+json")
        assert refused.headers.get("Idempotency-Replayed") == replayed


@pytest.mark.parametrize(("path", "body"), [("/v1/calls", {**CALL, "lesson_no": 2}), ("/v1/calls/x/start", CALL)])
async def test_a_key_belongs_to_one_request(school: World, path: str, body: object) -> None:
    await school.ask("POST", "/v1/calls", CALL, headers=ONCE)
    reused = await problem(await school.ask("POST", path, body, headers=ONCE))
    assert (reused["status"], reused["code"]) == (422, "idempotency_key_reused")
    assert len((await school.done("GET", "/v1/calls"))["data"]) == 1


async def test_journals_do_not_share_idempotency_keys(school: World) -> None:
    await school.seed(OTHER_KEY)
    await school.ask("POST", "/v1/calls", CALL, headers=ONCE)
    other = await school.ask("POST", "/v1/calls", CALL, headers=ONCE, key=OTHER_KEY)
    assert "Idempotency-Replayed" not in other.headers


async def test_the_same_post_at_once_is_carried_out_once(school: World) -> None:
    answers = await asyncio.gather(*(school.ask("POST", "/v1/calls", CALL, headers=ONCE) for _ in range(5)))
    for answer in answers:
        if answer.status == 409:
            assert (await problem(answer))["code"] == "idempotency_in_progress"
        else:
            assert answer.status == 201
    assert len((await school.done("GET", "/v1/calls"))["data"]) == 1


async def test_a_key_is_free_again_after_a_day_or_when_its_server_died(school: World) -> None:
    answers = school.bridge.answers
    journal = (await school.done("GET", "/v1/me"))["journal"]["id"]
    assert await answers.claim(journal, "k", "f" * 64) is None
    with pytest.raises(ProblemError, match="Ask again"):
        await answers.claim(journal, "k", "f" * 64)
    school.clock.now += ABANDONED_SECONDS
    assert await answers.claim(journal, "k", "f" * 64) is None
    await answers.keep(journal, "k", "f" * 64, status=201, headers={}, body="{}")
    assert isinstance(await answers.claim(journal, "k", "f" * 64), Stored)
    school.clock.now += KEEP_SECONDS
    assert await answers.claim(journal, "k", "e" * 64) is None


async def test_our_own_failure_is_not_kept(school: World) -> None:
    await school.plan()
    school.rooms.broken = True
    assert (await school.ask("POST", "/v1/calls/ext:lesson-1/start", headers=ONCE)).status == 503
    school.rooms.broken = False
    assert (await school.ask("POST", "/v1/calls/ext:lesson-1/start", headers=ONCE)).status == 200


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_an_unusable_idempotency_key_is_refused(school: World, key: str) -> None:
    refused = await problem(await school.ask("POST", "/v1/calls", CALL, headers={"Idempotency-Key": key}))
    assert refused["code"] == "idempotency_key_invalid"


async def test_every_ticket_request_gets_a_fresh_ticket(school: World) -> None:
    await school.plan()
    path, body = "/v1/calls/ext:lesson-1/tickets", {"person": "s201"}
    urls = {(await (await school.ask("POST", path, body, headers=ONCE)).json())["url"] for _ in range(2)}
    assert len(urls) == 2


async def test_a_large_body_is_refused_however_it_comes(world: World) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    body = b'{"title":"' + b"x" * MAX_BODY + b'"}'
    whole = await world.client.put("/v1/subjects/x", data=body, headers=headers)
    assert (await problem(whole))["code"] == "body_too_large"

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    streamed = await world.client.put("/v1/subjects/x", data=pieces(), headers=headers)
    assert (await problem(streamed))["code"] == "body_too_large"


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b"[]", b'"x"', b"null", b"{" * 5000, b"[" * 200000, b'{"title":"\\ud800"}', b'{"title":1e999}'],
)
async def test_garbage_is_refused_with_a_problem(world: World, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    refused = await problem(await world.client.put("/v1/subjects/x", data=body, headers=headers))
    assert refused["code"] in ("body_not_json", "body_invalid")


async def test_unknown_paths_and_methods_are_problems(world: World) -> None:
    assert (await world.refused("GET", "/v1/nothing"))["code"] == "not_found"
    response = await world.ask("DELETE", "/v1/me")
    assert (await problem(response))["code"] == "method_not_allowed"
    assert "GET" in response.headers["Allow"]


async def test_a_clients_request_id_is_kept_when_it_is_harmless(world: World) -> None:
    kept = await world.ask("GET", "/v1/nothing", headers={"X-Request-Id": "journal-42-abc"})
    assert (await problem(kept))["request_id"] == "journal-42-abc"
    made = await world.ask("GET", "/v1/nothing", headers={"X-Request-Id": "a b<script>"})
    assert (await problem(made))["request_id"].startswith("req_")


async def test_a_failure_of_ours_tells_nothing_but_its_number(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(world.bridge.diary, "call", fail)
    refused = await world.refused("GET", "/v1/calls/x")
    assert refused["code"] == "internal"
    assert "secret" not in str(refused)
