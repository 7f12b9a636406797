"""What is signed, when it is tried again, where it may go."""

import base64
import ipaddress
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from journal_bridge.core import webhooks
from journal_bridge.core.targets import TargetError, Targets
from journal_bridge.core.webhooks import LADDER, Delivery, Endpoint, Outcome

NOW = 1769418000.0
SECRET = webhooks.secret(bytes(range(32)))
OLD = webhooks.secret(bytes(32))

OK = Outcome(12, 200, "fine")
DOWN = Outcome(3, error="refused")


def endpoint(**values: Any) -> Endpoint:
    usual = {
        "id": "whe_1",
        "journal": "jrn_1",
        "url": "https://journal.example.org/hook",
        "events": (),
        "description": "",
        "enabled": True,
        "off_reason": None,
        "secret": SECRET,
        "old_secret": None,
        "old_secret_until": None,
        "failing_since": None,
        "created_at": NOW,
    }
    return Endpoint(**{**usual, **values})


def delivery(step: int = 0, tries: int = 0) -> Delivery:
    return Delivery(
        "dlv_1",
        "whe_1",
        "evt_1",
        "call.started",
        1,
        "waiting",
        step,
        NOW,
        None,
        tries,
        None,
        None,
        None,
        None,
        None,
        NOW,
    )


def test_a_signature_is_what_the_standard_says() -> None:
    signed = webhooks.signature(SECRET, "evt_1", "1769418000", b'{"a":1}')
    expected = Webhook(SECRET).sign("evt_1", _moment(1769418000), '{"a":1}')
    assert signed == expected


def test_after_a_rotation_both_secrets_sign_for_a_day() -> None:
    rotated = endpoint(old_secret=OLD, old_secret_until=NOW + 86400)
    during = webhooks.headers(rotated, "evt_1", b"x", NOW + 86399)["webhook-signature"].split(" ")
    after = webhooks.headers(rotated, "evt_1", b"x", NOW + 86400)["webhook-signature"].split(" ")
    assert len(during) == 2 and len(after) == 1
    assert during[0] != during[1]


def test_secrets_are_of_the_length_the_standard_asks_for() -> None:
    assert 24 <= len(base64.b64decode(SECRET.removeprefix("whsec_"))) <= 64


def test_the_ladder_leads_through_three_days_and_ends() -> None:
    now, step, moments = NOW, 0, [0.0]
    for _ in range(len(LADDER) - 1):
        written = webhooks.settled(delivery(step), DOWN, now, 0.0)
        assert written["status"] == "waiting"
        now, step = written["next_at"], written["step"]
        moments.append(now - NOW)
    hours = [round(moment / 3600, 2) for moment in moments]
    assert moments[:3] == [0.0, 5.0, 305.0]
    assert hours[3:] == [0.58, 2.58, 7.58, 17.58, 31.58, 51.58, 75.58]
    assert webhooks.settled(delivery(step), DOWN, now, 0.0)["status"] == "failed"


def test_jitter_only_makes_it_later() -> None:
    waits = [webhooks.wait(3, chance) for chance in (0.0, 0.5, 1.0)]
    assert waits == pytest.approx([1800.0, 1890.0, 1980.0])


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome(1, 200), "delivered"),
        (Outcome(1, 204), "delivered"),
        (Outcome(1, 301), "waiting"),
        (Outcome(1, 400), "waiting"),
        (Outcome(1, 500), "waiting"),
        (Outcome(1, 410), "failed"),
        (DOWN, "waiting"),
    ],
)
def test_only_2xx_is_delivered(outcome: Outcome, status: str) -> None:
    assert webhooks.settled(delivery(), outcome, NOW, 0.0)["status"] == status


def test_the_log_keeps_a_little_of_an_answer_that_any_database_takes() -> None:
    written = webhooks.settled(delivery(), Outcome(1, 500, "\0" + "я" * 5000), NOW, 0.0)
    assert len(written["answer_text"]) < 1025
    assert "\0" not in written["answer_text"]


def test_410_switches_an_endpoint_off() -> None:
    assert webhooks.endpoint_after(endpoint(), Outcome(1, 410), NOW)["enabled"] is False


def test_an_endpoint_recovers_when_it_answers_after_a_while() -> None:
    assert webhooks.endpoint_after(endpoint(), DOWN, NOW) == {"failing_since": NOW}
    failing = endpoint(failing_since=NOW)
    assert webhooks.endpoint_after(failing, DOWN, NOW + 5) == {}
    assert webhooks.endpoint_after(failing, OK, NOW + 5) == {"failing_since": None}
    assert not webhooks.recovers(failing, OK, NOW + 5)
    assert not webhooks.recovers(failing, DOWN, NOW + 3600)
    assert webhooks.recovers(failing, OK, NOW + 3600)


PRIVATE = (
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "224.0.0.251",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::808:808",
    "2002:a00:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
)


@pytest.mark.parametrize("address", PRIVATE)
def test_no_webhook_goes_into_a_private_network(address: str) -> None:
    with pytest.raises(TargetError) as refused:
        Targets().check_address(address, "https")
    assert refused.value.code == "private"
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(TargetError):
        Targets().check_url(f"https://{host}/hook")


@pytest.mark.parametrize("address", ["8.8.8.8", "77.88.55.242", "2a02:6b8::1", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_addresses_are_reached_over_tls_only(address: str) -> None:
    Targets().check_address(address, "https")
    with pytest.raises(TargetError) as refused:
        Targets().check_address(address, "http")
    assert refused.value.code == "not_https"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://journal.example.org/hook", "not_https"),
        ("ftp://journal.example.org/hook", "malformed"),
        ("//journal.example.org/hook", "malformed"),
        ("https:///hook", "malformed"),
        ("https://user:secret@journal.example.org/", "malformed"),
        ("https://journal.example.org@10.0.0.1/", "malformed"),
        ("https://journal.example.org/#there", "malformed"),
        ("https://journal.example.org\\@10.0.0.1/", "malformed"),
        ("https://journal.example.org/a b", "malformed"),
        ("https://journal.example.org:0/", "malformed"),
        ("https://journal.example.org:99999/", "malformed"),
        ("https://2130706433/", "malformed"),
        ("https://127.1/", "malformed"),
        ("https://0x7f.0.0.1/", "malformed"),
        ("https://localhost/", "private"),
        ("https://db.localhost/", "private"),
        ("https://[::1]/", "private"),
        ("https://[::ffff:127.0.0.1]/", "private"),
        ("https://" + "a" * 2000, "malformed"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_the_reason(url: str, code: str) -> None:
    with pytest.raises(TargetError) as refused:
        Targets().check_url(url)
    assert refused.value.code == code


def test_what_the_operator_allows_may_be_reached_without_tls() -> None:
    targets = Targets((ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8")))
    targets.check_url("http://10.1.2.3:8080/hook")
    targets.check_url("http://[fd00::5]/hook")
    targets.check_url("http://journal.school.local/hook")
    targets.check_address("::ffff:10.1.2.3", "http")
    for address in ("192.168.1.1", "127.0.0.1"):
        with pytest.raises(TargetError):
            targets.check_address(address, "http")


@pytest.mark.parametrize("url", ["https://journal.example.org/hook?x=1", "https://школа.рф/хуки", "https://a.b:8443"])
def test_usual_addresses_are_taken(url: str) -> None:
    Targets().check_url(url)


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
