"""A browser's body, path and link code at the sign-in. Invariant: checked values, or a problem with a code; a path that
is accepted stays on our origin, a form that is accepted is accepted again as it is kept."""

from datetime import date
from urllib.parse import urljoin, urlsplit

import msgspec

from identity.core import requests
from identity.core.attempts import link_code, own_path
from identity.core.bodies import decode
from identity.core.problems import GENERAL, ProblemError
from identity.core.profiles import Form, checked
from identity.core.refusals import KINDS

BODIES = (
    requests.PhoneBody,
    requests.CodeBody,
    requests.PasswordBody,
    requests.FormBody,
    requests.FormChangesBody,
    requests.ConsentBody,
    requests.NewPasswordBody,
    requests.DeleteBody,
    requests.EmptyBody,
)
KNOWN = Form("Иванова", "Анна", "Сергеевна", date(1980, 5, 17), "female")
TODAY = date(2026, 1, 26)

SEEDS: tuple[bytes, ...] = (
    b"",
    b'{"phone":"8 (912) 345-67-89","intent":"create"}',
    b'{"code":"123 456"}',
    b'{"phone":"+79123456789","password":"x"}',
    '{"family_name":"Римский-Корсаков","given_name":"Анна","birth_date":"1980-05-17","gender":"female"}'.encode(),
    b'{"patronymic":null,"birth_date":"0001-01-01"}',
    b'{"version":"2026-11","accepted":true}',
    b'{"new":"x","old":"y"}',
    b'{"confirm":"\\ud800"}',
    b"/call/call_1?x=%20y",
    b"//evil.example/",
    b"/\\evil.example",
)


def fuzz(data: bytes) -> None:
    for kind in BODIES:
        try:
            body = decode(data, kind)
        except ProblemError as problem:
            assert problem.code in GENERAL and problem.status < 500
            continue
        assert decode(msgspec.json.encode(body), kind) == body
        if isinstance(body, requests.FormBody):
            _form(body.form())
        if isinstance(body, requests.FormChangesBody):
            _form(body.over(KNOWN))
    text = data.decode(errors="replace")
    whole = urlsplit(urljoin("https://call.school.ru/sign-in", own_path(text)))
    assert (whole.scheme, whole.netloc) == ("https", "call.school.ru")
    code = link_code(text)
    assert code is None or (code == text and code.isascii() and code.isprintable())


def _form(form: Form) -> None:
    try:
        kept = checked(form, TODAY)
    except ProblemError as problem:
        assert problem.code in KINDS
        return
    assert checked(kept, TODAY) == kept
    assert all("\x00" not in name and name.strip() for name in (kept.family_name, kept.given_name))
