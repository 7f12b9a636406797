"""BigBlueButton's checksum and parameters, without a server."""

import hashlib

import pytest

from journal_bridge.core import bbb, bbb_xml
from journal_bridge.core.bbb import BbbError

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
QUERY = "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444"
DOCUMENTED = "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"  # in BigBlueButton's own description, for `create`


def signed(call: str, text: str, algorithm: str = "sha256", secret: str = SECRET) -> str:
    return hashlib.new(algorithm, (call + text + secret).encode()).hexdigest()


def client(query: str, form: str = "", call: str = "create", **secrets: str) -> str:
    return bbb.client_of(bbb.read(query, form), call, secrets or {"one": SECRET})


def refusal(query: str, form: str = "", call: str = "create") -> str:
    with pytest.raises(BbbError) as failure:
        client(query, form, call)
    return failure.value.key


def test_the_documented_example_is_accepted() -> None:
    assert client(f"{QUERY}&checksum={DOCUMENTED}") == "one"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_every_algorithm_of_the_field_is_known_by_its_length(algorithm: str) -> None:
    assert client(f"{QUERY}&checksum={signed('create', QUERY, algorithm)}") == "one"
    assert client(f"{QUERY}&checksum={signed('create', QUERY, algorithm).upper()}") == "one"


@pytest.mark.parametrize("place", ["checksum={}&" + QUERY, QUERY.replace("&meeting", "&checksum={}&meeting")])
def test_the_checksum_may_stand_anywhere(place: str) -> None:
    assert client(place.format(signed("create", QUERY))) == "one"


def test_the_query_counts_as_it_was_sent() -> None:
    """Clients differ in how they write a blank or a letter; the checksum is over their own way."""
    for query in ("name=a%20b", "name=a+b", "name=%d0%90", "name=%D0%90", "name=А", "name=a~b*"):
        assert client(f"{query}&checksum={signed('create', query)}") == "one"
    assert refusal(f"name=a+b&checksum={signed('create', 'name=a%20b')}") == "checksumError"


@pytest.mark.parametrize(
    "query",
    [
        QUERY,
        f"{QUERY}&checksum=",
        f"{QUERY}&checksum=abc",
        f"{QUERY}&checksum={'0' * 64}",
        f"{QUERY}&checksum={'я' * 64}",
        f"{QUERY}&x=1&checksum={DOCUMENTED}",
        f"{QUERY}&checksum={DOCUMENTED}&checksum={DOCUMENTED}",
        f"{QUERY}&checksum={hashlib.md5(('create' + QUERY + SECRET).encode()).hexdigest()}",
    ],
)
def test_a_wrong_checksum_is_refused(query: str) -> None:
    assert refusal(query) == "checksumError"


def test_a_checksum_is_good_for_its_call_only() -> None:
    assert refusal(f"{QUERY}&checksum={DOCUMENTED}", call="end") == "checksumError"


def test_the_secret_tells_the_client() -> None:
    other = "another-secret-of-forty-characters-012345"
    query = f"{QUERY}&checksum={signed('create', QUERY, secret=other)}"
    assert client(query, one=SECRET, two=other) == "two"
    assert client(query, two=other, one=SECRET) == "two"


def test_every_secret_is_compared_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the time of an answer says nothing about secrets or clients."""
    compared: list[bytes] = []
    real = bbb.hmac.compare_digest

    def counting(left: bytes, right: bytes) -> bool:
        compared.append(left)
        return real(left, right)

    monkeypatch.setattr(bbb.hmac, "compare_digest", counting)
    secrets = {name: name * 40 for name in "abc"}
    client(f"{QUERY}&checksum={signed('create', QUERY, secret='a' * 40)}", **secrets)
    assert len(compared) == 3
    with pytest.raises(BbbError):
        client(f"{QUERY}&checksum={'0' * 64}", **secrets)
    assert len(compared) == 6


def test_a_form_is_signed_as_it_was_sent_or_sorted() -> None:
    form = "name=Test+Meeting&meetingID=abc"
    ordered = "meetingID=abc&name=Test+Meeting"
    for text in (form, ordered):
        found = bbb.read("", f"{form}&checksum={signed('create', text)}")
        assert bbb.client_of(found, "create", {"one": SECRET}) == "one"
        assert found.parameters.text("name") == "Test Meeting"


def test_parameters_of_address_and_body_are_signed_together() -> None:
    text = "meetingID=abc&name=x"
    assert client(f"meetingID=abc&checksum={signed('create', text)}", "name=x") == "one"
    assert client("meetingID=abc", f"name=x&checksum={signed('create', text)}") == "one"


def test_what_the_checksum_does_not_cover_is_refused() -> None:
    assert refusal(f"meetingID=abc&checksum={signed('create', 'meetingID=abc')}", "moderatorPW=x") == "checksumError"
    assert refusal("moderatorPW=x", f"meetingID=abc&checksum={signed('create', 'meetingID=abc')}") == "checksumError"


def test_a_parameter_in_address_and_body_is_refused() -> None:
    text = "meetingID=abc"
    assert refusal(f"{text}&checksum={signed('create', text)}", text) == "checksumError"


def test_the_first_of_repeated_parameters_counts() -> None:
    text = "meetingID=first&meetingID=second"
    assert bbb.read(f"{text}&checksum=x").parameters.text("meetingID") == "first"


def test_too_many_parameters_are_refused() -> None:
    assert refusal("&".join(f"p{number}=1" for number in range(400)) + "&checksum=x") == "validationError"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example", "https://", "https://a b", "data:text/html,x", 'https://a/"onx=']
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert not bbb.is_web_address(url)


def test_the_body_of_create_is_counted() -> None:
    body = b"""<?xml version="1.0" encoding="UTF-8"?><modules><module name="presentation">
        <document url="https://moodle.school.ru/a.pdf" filename="a.pdf"/><document name="b.txt">YQ==</document>
        </module></modules>"""
    assert bbb_xml.documents(body) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"<modules>",
        b"<other/>",
        b"\xff\xfe<",
        b'<?xml version="1.0" encoding="nobody-knows"?><modules/>',
        b'<!DOCTYPE x [<!ENTITY a "b">]><modules>&a;</modules>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><modules/>',
        b"<modules><module>" + b"<document/>" * 101 + b"</module></modules>",
    ],
)
def test_a_body_that_is_not_safe_xml_is_refused(body: bytes) -> None:
    with pytest.raises(BbbError) as failure:
        bbb_xml.documents(body)
    assert failure.value.key == "validationError"
