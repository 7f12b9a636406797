import secrets
from pathlib import Path

import pytest

from server.config import DEMO_KEY, DEMO_SECRET, Config, ConfigError, demo, load

GOOD_KEYS = f'[keys]\nschool = "{"s" * 40}"\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "zvonok.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path | None, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environment or {})
    return caught.value.problems


def test_a_file_fills_the_sections_and_leaves_the_rest_at_their_defaults(tmp_path: Path) -> None:
    path = written(tmp_path, '[media]\nport = 9000\naddresses = ["127.0.0.1", "::1"]\n' + GOOD_KEYS)
    config = load(path, {})
    assert config.media.port == 9000
    assert config.media.addresses == ("127.0.0.1", "::1")
    assert config.http.port == Config().http.port


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "[http]\nport = 1\n" + GOOD_KEYS)
    environment = {"ZVONOK_HTTP__PORT": "8443", "ZVONOK_CALLS__SIMULATE": "true", "ZVONOK_MEDIA__ADDRESSES": "::1, ::2"}
    config = load(path, environment)
    assert (config.http.port, config.calls.simulate, config.media.addresses) == (8443, True, ("::1", "::2"))


def test_an_unknown_key_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    path = written(tmp_path, "[media]\nthread = 2\n" + GOOD_KEYS)
    assert problems(path) == ["Unknown key media.thread; did you mean media.threads?"]


def test_an_unknown_variable_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD_KEYS)
    said = ["Unknown environment variable ZVONOK_HTTP__PROT; did you mean ZVONOK_HTTP__PORT?"]
    assert problems(path, {"ZVONOK_HTTP__PROT": "1"}) == said


def test_all_problems_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, 'colour = "red"\n[http]\nport = "high"\n[media]\nrealtime = 3\n' + GOOD_KEYS)
    found = problems(path)
    assert len(found) == 3
    assert found[0].startswith("Unknown key colour; known are ")
    assert "http.port must be a whole number, not 'high'." in found
    assert "media.realtime must be true or false, not 3." in found


@pytest.mark.parametrize("text", ["[http\n", "\xff"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "zvonok.toml"
    path.write_bytes(text.encode("latin-1"))
    assert "is not valid TOML" in problems(path)[0]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.toml") == [f"Cannot read {tmp_path / 'none.toml'}: No such file or directory."]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("", "No API key"),
        (f'[keys]\nmine = "{DEMO_SECRET}"\n', "the demo's"),
        (f'[keys]\n{DEMO_KEY} = "{"s" * 40}"\n', "the demo's"),
        ('[keys]\nmine = "short"\n', "shorter than 32"),
    ],
)
def test_production_refuses_secrets_that_anybody_knows(tmp_path: Path, keys: str, said: str) -> None:
    assert said in problems(written(tmp_path, keys))[0]


def test_the_demo_has_its_well_known_key_unless_another_is_given() -> None:
    assert demo({}).keys == {DEMO_KEY: DEMO_SECRET}
    secret = secrets.token_urlsafe(32)
    assert demo({"ZVONOK_API_KEY": "mine", "ZVONOK_API_SECRET": secret}).keys == {"mine": secret}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HTTP__PUBLIC_URL", "call.school.ru", "http.public_url must be like"),
        ("HTTP__PUBLIC_URL", "https://school.ru/calls", "http.public_url must be like"),
        ("HTTP__PUBLIC_URL", "https://", "http.public_url must be like"),
        ("MEDIA__ADDRESSES", "media.school.ru", "media.addresses must be"),
        ("MEDIA__ADDRESSES", ",".join(f"10.0.0.{number}" for number in range(17)), "may be 16, not 17"),
        ("MEDIA__ADVERTISE", "203.0.113.7", "one address for each"),
        ("DATABASE__URL", "sqlite://", "name a file"),
        ("DATABASE__URL", "mysql://root:hunter2@localhost/z", "neither sqlite nor postgresql"),
        ("DATABASE__URL", "hunter2", "not a URL"),
        ("API_SECRET", "short", "shorter than 32"),
    ],
)
def test_what_would_fail_at_the_start_is_said_before(name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        demo({"ZVONOK_API_KEY": "mine", "ZVONOK_API_SECRET": "s" * 40, f"ZVONOK_{name}": value})
    assert "hunter2" not in str(caught.value), "a URL may hold a password"


def test_platforms_secrets_are_read_from_both_places(tmp_path: Path) -> None:
    file = tmp_path / "zvonok.toml"
    file.write_text(f'[bigbluebutton.secrets]\nmoodle = "{"m" * 40}"\n[keys]\nk = "{"s" * 40}"\n')
    assert load(file, {}).bigbluebutton.secrets == {"moodle": "m" * 40}
    variable = {"ZVONOK_BIGBLUEBUTTON__SECRETS": f"moodle={'a' * 40}, canvas={'b' * 32}=="}
    assert demo(variable).bigbluebutton.secrets == {"moodle": "a" * 40, "canvas": "b" * 32 + "=="}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hunter2", "bigbluebutton.secrets must be a section"),
        ("moodle=hunter2", "bigbluebutton.secrets.moodle must be at least 32"),
        (f"moodle=hunter2 {'x' * 40}", "bigbluebutton.secrets.moodle must be at least 32"),
        (f"a=hunter2{'x' * 40},b=hunter2{'x' * 40}", "must all differ"),
        (f"mood le=hunter2{'x' * 40}", "must be 1 to 60 letters"),
    ],
)
def test_platforms_secrets_that_cannot_be_used_are_said_and_not_shown(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        demo({"ZVONOK_BIGBLUEBUTTON__SECRETS": text})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://call.school.ru", "http://127.0.0.1:7880/", "https://[::1]:8443"])
def test_a_public_url_is_scheme_host_and_port(url: str) -> None:
    assert demo({"ZVONOK_HTTP__PUBLIC_URL": url}).http.public_url == url


def test_a_key_without_its_secret_is_an_error() -> None:
    with pytest.raises(ConfigError, match="belong together"):
        demo({"ZVONOK_API_KEY": "mine"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTP__PORT", "65536"), ("MEDIA__PORT", "-1"), ("MEDIA__THREADS", "65"), ("CALLS__MAX_PARTICIPANTS", "1")],
)
def test_numbers_out_of_range_are_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match="must be"):
        demo({f"ZVONOK_{name}": value})
