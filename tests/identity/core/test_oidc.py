"""What is taken of providers' documents and claims."""

import json
from typing import Any

import pytest
from joserfc.jwk import KeySet

from identity.core import oidc_tokens
from identity.core.oidc import challenge, usable_url, with_query
from identity.core.oidc_tokens import StatementError
from identity.core.outside import from_openid, from_vk
from identity.oidc.providers import Provider, provider_problems
from tests.support.oidc_provider import RSA


def test_the_challenge_is_the_standards_example() -> None:
    # RFC 7636 appendix B
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_parameters_of_an_endpoint_stay() -> None:
    assert with_query("https://x/a?tenant=1", {"b": "c d"}) == "https://x/a?tenant=1&b=c+d"


@pytest.mark.parametrize(
    "url", ["https://id.school.ru", "https://x:8443/a?b=c", "http://localhost:80/", "http://[::1]/"]
)
def test_usable_addresses(url: str) -> None:
    assert usable_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://id.school.ru",
        "http://127.0.0.1.evil.example/",
        "https://a@b/",
        "https://x/#f",
        "https://x:0/",
        "https://x:99999/",
        "https://[::1",
        "https:///a",
        "javascript:alert(1)",
        "https://x/\n",
        "https://x/" + "a" * 2000,
        "",
        None,
        7,
    ],
)
def test_unusable_addresses(url: Any) -> None:
    assert not usable_url(url)


def test_keys_that_are_weak_slow_or_for_something_else_are_left_out() -> None:
    good = dict(KeySet([RSA]).as_dict(private=False)["keys"][0])
    for bad in (
        {**good, "use": "enc"},
        {**good, "n": good["n"][:170]},
        {**good, "n": good["n"] * 8},
        {**good, "e": "A" * 300},
        {**good, "kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        7,
    ):
        with pytest.raises(StatementError):
            oidc_tokens.key_set(json.dumps({"keys": [bad]}).encode())
        assert len(oidc_tokens.key_set(json.dumps({"keys": [bad, good]}).encode()).keys) == 1


@pytest.mark.parametrize(
    ("claims", "taken"),
    [
        ({"phone_number": "+7 (912) 345-67-89", "phone_number_verified": True}, ("phone", "+79123456789")),
        ({"phone_number": "+79123456789"}, ("phone", None)),
        ({"phone_number": "x", "phone_number_verified": True}, ("phone", None)),
        ({"family_name": "  Смирнов \t "}, ("family_name", None)),
        ({"family_name": " Римский   Корсаков "}, ("family_name", "Римский Корсаков")),
        ({"given_name": "x" * 101}, ("given_name", None)),
        ({"birthdate": "2012"}, ("birth_date", None)),
        ({"birthdate": "2012-02-30"}, ("birth_date", None)),
        ({"gender": "other"}, ("gender", None)),
    ],
)
def test_claims_fill_the_form_when_they_are_usable(claims: dict[str, Any], taken: tuple[str, Any]) -> None:
    assert getattr(from_openid("p", {"sub": "1", **claims}), taken[0]) == taken[1]


def test_a_user_of_vk_id() -> None:
    found = from_vk("vk", {"user_id": 5, "birthday": "1.2.2010", "sex": 0, "phone": "+79123456789"})
    assert (found.subject, str(found.birth_date), found.gender, found.phone) == (
        "5",
        "2010-02-01",
        None,
        "+79123456789",
    )
    assert from_vk("vk", {"user_id": "5", "birthday": "31.2.2010"}).birth_date is None
    with pytest.raises(ValueError, match="who this is"):
        from_vk("vk", {"user_id": None})


def test_the_same_person_of_two_providers_is_two_people() -> None:
    one, two = from_openid("a", {"sub": "1"}), from_openid("b", {"sub": "1"})
    assert one.subject_hash != two.subject_hash


def test_the_configuration_says_what_to_mend() -> None:
    good = Provider("Школа", "https://id.school.ru", "zvonok")
    assert provider_problems({"school": good, "vk-2": Provider("VK", "https://id.vk.com", "1", profile="vk")}) == []
    problems = provider_problems(
        {
            "школа": good,
            "a": Provider("", "https://x", ""),
            "b": Provider("B", "http://x", "1"),
            "c": Provider("C", "https://x", "1", scopes=("email",)),
        }
    )
    assert [problem.partition(" ")[0].rstrip(":") for problem in problems] == [
        "oidc.школа",
        "oidc.a",
        "oidc.b.issuer",
        "oidc.c.scopes",
    ]
