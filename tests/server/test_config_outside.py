"""Outside providers and learning platforms in the configuration."""

from pathlib import Path

import pytest

from identity.oidc.providers import Provider
from server.config import ConfigError, load

KEYS = '[keys]\nschool = "at least 32 characters, as everywhere"\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "zvonok.toml"
    path.write_text(KEYS + text, encoding="utf-8")
    return path


def test_providers_are_sections_of_their_own(tmp_path: Path) -> None:
    text = (
        '[oidc.school]\ntitle = "Школа"\nissuer = "https://id.school.ru"\nclient_id = "zvonok"\n'
        'client_secret = "secret"\nscopes = ["openid", "phone"]\n'
        '[oidc.vk]\ntitle = "VK ID"\nissuer = "https://id.vk.com"\nclient_id = "51"\nprofile = "vk"\n'
    )
    assert load(written(tmp_path, text), {}).oidc == {
        "school": Provider("Школа", "https://id.school.ru", "zvonok", "secret", ("openid", "phone")),
        "vk": Provider("VK ID", "https://id.vk.com", "51", profile="vk"),
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[oidc]\nschool = "x"\n', "oidc must have a section"),
        ('[oidc.school]\ntitle = "x"\nclient = "y"\n', "Unknown key oidc.school.client; did you mean"),
        ('[oidc.school]\nprofile = "esia"\n', "oidc.school.profile must be one of"),
        ('[oidc.school]\ntitle = "x"\nissuer = "http://id.school.ru"\nclient_id = "y"\n', "oidc.school.issuer must be"),
        ('[lti]\nregistration_secret = "short"\n', "lti.registration_secret needs 32"),
        (f'[lti]\nregistration_secret = "{"/" * 40}"\n', "lti.registration_secret needs 32"),
        ('[lti]\nallow = ["school"]\n', "lti.allow must be addresses"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load(written(tmp_path, text), {})


def test_platforms_are_let_in_by_variables_too(tmp_path: Path) -> None:
    found = load(
        written(tmp_path, ""), {"ZVONOK_LTI__REGISTRATION_SECRET": "x" * 32, "ZVONOK_LTI__ALLOW": "10.0.0.0/8, ::1"}
    ).lti
    assert (found.registration_secret, found.allow) == ("x" * 32, ("10.0.0.0/8", "::1"))
