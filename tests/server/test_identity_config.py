"""What an operator chooses about profiles and messages."""

import pytest

from server.config import Config, ConfigError, demo, load

KEYS = {"ZVONOK_API_KEY": "mine", "ZVONOK_API_SECRET": "s" * 40}
GATEWAY = {
    "ZVONOK_SMS__ADAPTER": "gateway",
    "ZVONOK_SMS__URL": "https://sms.example/send",
    "ZVONOK_SMS__HEADERS": "Authorization: Bearer hunter2",
    "ZVONOK_SMS__BODY": '{"to":"{phone}","text":"{text}"}',
}


def production(**changes: str) -> Config:
    return load(None, {**KEYS, **{f"ZVONOK_{name}": value for name, value in changes.items()}})


def test_the_demo_shows_codes_on_its_page_and_production_never() -> None:
    assert demo({}).sms.adapter == "outbox"
    assert production().sms.adapter == "log"
    with pytest.raises(ConfigError, match="for `zvonok demo` only"):
        production(SMS__ADAPTER="outbox")


def test_a_gateway_is_a_template() -> None:
    template = load(None, {**KEYS, **GATEWAY}).sms.template
    assert (template.method, template.headers) == ("POST", ("Authorization: Bearer hunter2",))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SMS__URL", "http://sms.example", "sms.url must be"),
        ("SMS__HEADERS", "hunter2", "sms.headers must be"),
        ("SMS__BODY", "{phone}: {text}", "sms.body must be JSON"),
        ("SMS__METHOD", "PUT", "sms.method must be one of"),
        ("IDENTITY__REGION", "Russia", "identity.region must be"),
        ("IDENTITY__CODES_PER_ADDRESS", "0", "identity.codes_per_address must be"),
    ],
)
def test_what_cannot_work_is_said_at_the_start_without_its_secrets(name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        load(None, {**KEYS, **GATEWAY, f"ZVONOK_{name}": value})
    assert "hunter2" not in str(caught.value)
