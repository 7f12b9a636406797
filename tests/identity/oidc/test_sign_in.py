"""Sign-in by an outside provider: the whole way, and everything that must end it."""

import asyncio
import hmac
import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from joserfc import jws, jwt
from sqlalchemy import select

from identity.core.outside import OutsideIdentity
from identity.oidc import store
from identity.oidc.documents import KEEP_SECONDS, REFETCH_SECONDS
from identity.oidc.outgoing import MAX_ANSWER
from identity.oidc.service import DEPARTURE_SECONDS, OutsideError
from tests.identity.oidc.conftest import CALLBACK, Way
from tests.support.databases import ON_BOTH
from tests.support.oidc_provider import OTHER_RSA, RSA, unsigned

Change = Callable[[dict[str, Any]], None]


@ON_BOTH
async def test_a_provider_says_who_it_is(way: Way) -> None:
    found = await way.back(await way.there())
    assert (found.provider, found.subject) == ("school", "248289761001")
    assert (found.family_name, found.given_name, found.patronymic) == ("Смирнов", "Илья", "Петрович")
    assert (found.phone, str(found.birth_date), found.gender) == ("+79123456789", "2012-05-17", "male")


async def test_the_browser_gets_to_where_it_wanted_to(way: Way) -> None:
    url = await way.provider.consent(await way.leave("/link/4F7-K2M"))
    query = dict(part.split("=", 1) for part in url.partition("?")[2].split("&"))
    _, next_path = await way.sign_in.come_back(
        "school", {**query, "iss": way.provider.issuer}, browser=way.browser, redirect=CALLBACK
    )
    assert next_path == "/link/4F7-K2M"


async def test_nothing_of_it_is_kept(way: Way) -> None:
    await way.back(await way.there())
    async with way.database.read() as connection:
        assert (await connection.execute(select(store.DEPARTURES))).all() == []
        assert (await connection.execute(select(store.OUTSIDE))).all() == []


async def test_a_phone_that_the_provider_has_not_verified_is_not_taken(way: Way) -> None:
    way.provider.person["phone_number_verified"] = "true"
    assert (await way.back(await way.there())).phone is None


async def test_a_public_client_shows_no_secret(way: Way) -> None:
    way.configure(client_secret="")
    await way.back(await way.there())
    assert "client_secret" not in way.provider.token_forms[0]


async def test_a_provider_that_reads_secrets_in_forms_gets_them_there(way: Way) -> None:
    way.provider.discovery["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    await way.back(await way.there())
    assert "client_secret" in way.provider.token_forms[0]


async def test_without_userinfo_the_form_stays_empty(way: Way) -> None:
    way.provider.answers["/userinfo"] = lambda: web.Response(status=500)
    assert await way.back(await way.there()) == OutsideIdentity("school", "248289761001")


async def test_userinfo_about_somebody_else_ends_the_sign_in(way: Way) -> None:
    way.provider.answers["/userinfo"] = lambda: web.json_response({"sub": "other"})
    assert await way.refused(await way.there()) == "provider_failed"


async def test_vk_id_is_spoken_to_in_its_own_way(way: Way) -> None:
    way.configure(profile="vk", issuer=f"{way.provider.issuer}/vk", client_secret="")
    found = await way.back(await way.there())
    assert (found.subject, found.family_name, found.gender) == ("1234567890", "Смирнов", "male")
    assert (found.phone, str(found.birth_date)) == ("+79123456789", "2012-05-17")
    assert "/.well-known/openid-configuration" not in way.provider.asked
    assert way.provider.token_forms[0]["device_id"] == "device-1"


@pytest.mark.parametrize("answer", [{"error": "no"}, {"user": []}, {"user": {"first_name": "x"}}])
async def test_a_vk_id_answer_without_a_user_ends_the_sign_in(way: Way, answer: dict[str, Any]) -> None:
    way.configure(profile="vk", issuer=f"{way.provider.issuer}/vk")
    way.provider.answers["/vk/oauth2/user_info"] = lambda: web.json_response(answer)
    assert await way.refused(await way.there()) == "provider_failed"


# -- the browser -------------------------------------------------------------------------------------------------------


async def test_a_state_works_once(way: Way) -> None:
    query = await way.there()
    await way.back(query)
    assert await way.refused(query) == "sign_in_expired"


@ON_BOTH
async def test_of_two_uses_at_once_one_works(way: Way) -> None:
    query = await way.there()
    ended = await asyncio.gather(way.back(query), way.back(query), return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["OutsideError", "OutsideIdentity"]


@pytest.mark.parametrize("browser", ["", "another browser's secret"])
async def test_another_browser_cannot_come_back(way: Way, browser: str) -> None:
    query, own = await way.there(), way.browser
    way.browser = browser
    assert await way.refused(query) == "sign_in_expired"
    way.browser = own
    assert (await way.back(query)).subject == "248289761001"


async def test_another_provider_cannot_send_the_browser_back(way: Way) -> None:
    query = await way.there()
    with pytest.raises(OutsideError, match="sign_in_expired"):
        await way.sign_in.come_back("other", query, browser=way.browser, redirect=CALLBACK)


@ON_BOTH
async def test_a_way_that_takes_too_long_is_forgotten(way: Way) -> None:
    query = await way.there()
    way.clock.now += DEPARTURE_SECONDS
    assert await way.refused(query) == "sign_in_expired"
    await way.there()
    way.clock.now += DEPARTURE_SECONDS + 1
    await way.leave()
    async with way.database.read() as connection:
        assert len((await connection.execute(select(store.DEPARTURES))).all()) == 1


@pytest.mark.parametrize("state", ["", "invented", "\ud800"])
async def test_an_invented_state_is_refused(way: Way, state: str) -> None:
    query = await way.there()
    assert await way.refused({**query, "state": state}) == "sign_in_expired"


async def test_an_unknown_provider_is_told(way: Way) -> None:
    with pytest.raises(OutsideError, match="provider_unknown"):
        await way.sign_in.depart("unknown", redirect=CALLBACK, next_path="/", address="203.0.113.5")


# -- what comes back ---------------------------------------------------------------------------------------------------


async def test_a_person_who_says_no_is_told_so(way: Way) -> None:
    query = await way.there()
    assert await way.refused({"state": query["state"], "error": "access_denied"}) == "provider_denied"


@pytest.mark.parametrize(
    "change",
    [
        {"error": "server_error", "code": ""},
        {"code": ""},
        {"code": "x" * 5000},
        {"code": "invented"},
        {"iss": "https://evil.example"},
        {"iss": "https://evil.example", "error": "access_denied"},
    ],
)
async def test_an_unusable_answer_ends_the_sign_in(way: Way, change: dict[str, str]) -> None:
    query = await way.there()
    assert await way.refused({**query, **change}) == "provider_failed"


async def test_a_provider_that_promises_its_name_must_say_it(way: Way) -> None:
    way.provider.discovery["authorization_response_iss_parameter_supported"] = True
    query = await way.there()
    del query["iss"]
    assert await way.refused(query) == "provider_failed"
    assert way.provider.token_forms == []


# -- the ID token ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": []},
        {"aud": {"zvonok": 1}},
        {"aud": ["zvonok", "another"]},
        {"azp": "another"},
        {"exp": 1_769_418_000 - 61},
        {"exp": "tomorrow"},
        {"exp": None},
        {"iat": 1_769_418_000 + 120},
        {"iat": 1_769_418_000 - 3600},
        {"iat": True},
        {"nbf": 1_769_418_000 + 120},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": 7},
    ],
)
async def test_a_token_that_says_the_wrong_thing_is_refused(way: Way, change: dict[str, Any]) -> None:
    way.provider.change = lambda claims: claims.update(change)
    way.provider.discovery["userinfo_endpoint"] = None
    assert await way.refused(await way.there()) == "provider_failed"


async def test_a_token_for_several_clients_names_us_as_the_party(way: Way) -> None:
    way.provider.change = lambda claims: claims.update(aud=["zvonok", "another"], azp="zvonok")
    assert (await way.back(await way.there())).subject == "248289761001"


def _by_public_key(claims: dict[str, Any]) -> str:
    """HS256 with the published key as its secret."""
    signed = unsigned(claims, alg="HS256", kid="first")
    mac = hmac.digest(RSA.as_pem(private=False), signed.rstrip(".").encode(), "sha256")
    return signed + urlsafe_b64encode(mac).rstrip(b"=").decode()


def _by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "first"}, claims, OTHER_RSA)


def _with_own_key(claims: dict[str, Any]) -> str:
    header = {"alg": "RS256", "kid": "first", "jwk": OTHER_RSA.as_dict(private=False)}
    return jwt.encode(header, claims, OTHER_RSA)


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        _by_public_key,
        _by_another_key,
        _with_own_key,
        lambda claims: "",
        lambda claims: "a.b",
        lambda claims: "a.b.c",
        lambda claims: "x" * 100_000,
        lambda claims: unsigned(claims) + "AAAA",
    ],
)
async def test_a_token_that_the_provider_did_not_sign_is_refused(way: Way, sign: Callable[..., str]) -> None:
    way.provider.sign = sign
    assert await way.refused(await way.there()) == "provider_failed"


async def test_headers_that_we_do_not_know_are_passed_over(way: Way) -> None:
    way.provider.sign = lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "first", "x5c": ["x" * 2000], "rh": "1"},
        claims,
        RSA,
        registry=jws.JWSRegistry(strict_check_header=False),
    )
    assert (await way.back(await way.there())).subject == "248289761001"


# -- keys and documents ------------------------------------------------------------------------------------------------


async def test_a_new_key_is_fetched_when_it_is_first_used(way: Way) -> None:
    await way.back(await way.there())
    way.provider.key, way.provider.published = OTHER_RSA, [RSA, OTHER_RSA]
    way.clock.now += REFETCH_SECONDS
    await way.back(await way.there())
    assert way.provider.asked.count("/jwks") == 2


async def test_unknown_keys_make_us_ask_at_most_each_minute(way: Way) -> None:
    await way.back(await way.there())
    way.provider.key = OTHER_RSA
    for _ in range(5):
        assert await way.refused(await way.there()) == "provider_failed"
    assert way.provider.asked.count("/jwks") == 1
    way.clock.now += REFETCH_SECONDS
    for _ in range(5):
        assert await way.refused(await way.there()) == "provider_failed"
    assert way.provider.asked.count("/jwks") == 2


async def test_documents_are_asked_for_once_an_hour(way: Way) -> None:
    for _ in range(3):
        await way.back(await way.there())
    assert way.provider.asked.count("/.well-known/openid-configuration") == 1
    way.clock.now += KEEP_SECONDS
    await way.back(await way.there())
    assert way.provider.asked.count("/.well-known/openid-configuration") == 2
    assert way.provider.asked.count("/jwks") == 2


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "http://evil.example/jwks"},
        {"token_endpoint": "https://user:password@evil.example/"},
        {"token_endpoint": 7},
    ],
)
async def test_a_discovery_document_that_cannot_be_trusted_is_refused(way: Way, discovery: dict[str, Any]) -> None:
    way.provider.discovery.update(discovery)
    with pytest.raises(OutsideError, match="provider_failed"):
        await way.leave()


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"])
@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
        lambda: web.Response(status=500),
        lambda: web.Response(body=b" " * (MAX_ANSWER + 1)),
        lambda: web.Response(body=b"[" * 10_000),
        lambda: web.Response(body=b"\xff"),
        lambda: web.json_response([]),
    ],
)
async def test_what_cannot_be_read_ends_the_sign_in(way: Way, path: str, answer: Callable[[], web.Response]) -> None:
    way.provider.answers[path] = answer
    if path == "/userinfo":  # who it is has been proved already
        assert (await way.back(await way.there())).family_name is None
        return
    with pytest.raises(OutsideError, match="provider_failed"):
        await way.back(await way.there())


async def test_a_provider_that_is_down_is_told(way: Way) -> None:
    way.configure(issuer="http://127.0.0.1:1")
    with pytest.raises(OutsideError, match="provider_failed"):
        await way.leave()


async def test_the_log_holds_no_secrets(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    way.provider.change = lambda claims: claims.update(aud="another")
    query = await way.there()
    await way.refused(query)
    assert "sign-in by school fails" in caplog.text
    assert query["code"] not in caplog.text and query["state"] not in caplog.text and "248289761001" not in caplog.text
