"""A provider's documents and answers. Invariant: whatever the bytes are, addresses we may ask, or StatementError."""

import contextlib
import json

from identity.core import oidc, oidc_tokens, outside
from identity.core.oidc import DeniedError, usable_url
from identity.core.oidc_tokens import StatementError

ISSUER = "https://id.example"

DOCUMENT = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize?x=1",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
    "userinfo_endpoint": f"{ISSUER}/me",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}
KEYS = {
    "keys": [
        {"kty": "RSA", "kid": "a", "use": "sig", "n": "u" * 342, "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
    ]
}  # fmt: skip
PERSON = {
    "sub": "1",
    "given_name": "И",
    "birthdate": "2012-05-17",
    "phone_number": "+79",
    "phone_number_verified": True,
}
USER = {"user_id": 1, "last_name": "И", "birthday": "17.5.2012", "sex": 1, "phone": "79123456789"}

SEEDS: tuple[bytes, ...] = (
    json.dumps(DOCUMENT).encode(),
    json.dumps(KEYS).encode(),
    json.dumps(PERSON).encode(),
    json.dumps(USER).encode(),
    b'{"access_token":"a","token_type":"Bearer","id_token":"e30.e30.e30"}',
    b'{"iss":"https://id.example","aud":["c"],"azp":"c","nonce":"n","exp":1e9,"iat":NaN}',
    b"eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AAAA",
    b"https://[::1%25eth0]:70000/\xff",
    b"[" * 2000,
)

SIGNERS = oidc_tokens.key_set(json.dumps(KEYS).encode())


def fuzz(data: bytes) -> None:
    _documents(data)
    _people(data)
    text = data.decode(errors="replace")
    for read in (oidc_tokens.kid, lambda token: oidc_tokens.verified(token, SIGNERS)):
        try:
            read(text)
        except StatementError:
            continue
    if usable_url(text):
        assert text.startswith(("https://", "http://")) and "\n" not in text
        assert text.startswith("https://") or any(host in text for host in ("127.", "localhost", "[::1]", "[0"))


def _documents(data: bytes) -> None:
    try:
        found = oidc.discovered(data, ISSUER)
        assert found.issuer == ISSUER
        assert all(map(usable_url, (found.authorization, found.token, found.keys)))
        assert found.userinfo == "" or usable_url(found.userinfo)
    except StatementError:
        found = None
    with contextlib.suppress(StatementError):
        assert oidc.granted(data).access_token
    with contextlib.suppress(StatementError):
        assert oidc_tokens.key_set(data).keys
    query = {"code": data.decode(errors="replace")[:5000], "iss": ISSUER}
    try:
        endpoints = oidc.discovered(SEEDS[0], ISSUER)
        assert 0 < len(oidc.code_of(query, endpoints)) <= oidc.MAX_PARAMETER
    except (StatementError, DeniedError):
        pass


def _people(data: bytes) -> None:
    try:
        claims = oidc_tokens.json_object(data)
        oidc_tokens.check_id_token(claims, issuer=ISSUER, client="c", nonce="n", now=1e9)
    except StatementError:
        claims = {}
    try:
        claims = claims or oidc_tokens.json_object(data)
    except StatementError:
        return
    for read in (outside.from_openid, outside.from_vk):
        try:
            found = read("p", claims)
        except ValueError:
            continue
        assert 0 < len(found.subject) <= outside.MAX_SUBJECT and len(found.subject_hash) == 64
        for name in (found.family_name, found.given_name, found.patronymic):
            assert name is None or (0 < len(name) <= outside.MAX_NAME and name.isprintable())
        assert found.phone is None or (found.phone[0] == "+" and found.phone[1:].isdigit())
