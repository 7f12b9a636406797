"""Signed statements of others: ID tokens of sign-in providers and of learning platforms.

In: a compact JWS, the issuer's keys, what it must say, the time. Out: its claims, or `StatementError`.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
"""By a private key only: neither "none" nor HS256, whose key would be the public one (RFC 8725 section 2.1)."""

LEEWAY = 60.0  # seconds that another machine's clock may be off
MAX_AGE = 600.0  # seconds since `iat`: a statement is made for this very sign-in
MAX_TOKEN = 64 * 1024  # characters; a launch with many custom fields has a tenth of it
MAX_KEYS = 50  # keys in a set; providers publish two or three
MAX_NUMBER = 1e12  # seconds since the epoch; anything above is no date

RSA_MODULUS = range(342, 1367)  # characters of base64url: 2048 to 8192 bits; shorter is weak, longer is slow
RSA_EXPONENT = 6  # characters of base64url; 65537 has four, a huge one costs us seconds for each check


_REGISTRY = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)  # RFC 7515 section 4: ignore unknown ones
_REGISTRY.max_header_length = 8192  # characters: some issuers send their certificates along


class StatementError(Exception):
    """What was sent proves nothing. The text is for our log and never holds a secret."""


def key_set(document: bytes) -> KeySet:
    """The usable public keys of a JWKS (RFC 7517 section 5). Unknown kinds are left out. Raises StatementError."""
    listed = json_object(document).get("keys")
    if not isinstance(listed, list) or len(listed) > MAX_KEYS:
        raise StatementError("the key set has no list of keys, or too many")
    keys = []
    for key in filter(_usable, listed):
        try:
            keys += KeySet.import_key_set({"keys": [_public(key)]}).keys
        except (JoseError, ValueError, TypeError, KeyError, OverflowError):  # a broken key beside good ones
            continue
    if not keys:
        raise StatementError("the key set has no usable key")
    return KeySet(keys)


def kid(token: str) -> str | None:
    """Which key a token says it was signed with. Raises StatementError when it is no token at all."""
    header = _header(token)
    found = header.get("kid")
    return found if isinstance(found, str) else None


def verified(token: str, keys: KeySet) -> dict[str, Any]:
    """The claims of a token that one of `keys` has signed. Raises StatementError."""
    header = _header(token)
    if header.get("alg") not in ALGORITHMS:
        raise StatementError("the token's algorithm is not a public key signature")
    if not isinstance(header.get("kid", ""), str):
        raise StatementError("the token's kid is no text")
    try:
        signed = jws.deserialize_compact(token.encode(), _key_finder(keys), registry=_REGISTRY)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise StatementError(f"the token's signature does not hold: {type(error).__name__}") from None
    return json_object(signed.payload)


def check_id_token(claims: Mapping[str, Any], *, issuer: str, client: str, nonce: str, now: float) -> None:
    """OpenID Connect Core section 3.1.3.7, but for the signature. Raises StatementError."""
    if claims.get("iss") != issuer:
        raise StatementError("the token is of another issuer")
    _check_audience(claims, client)
    if claims.get("nonce") != nonce:
        raise StatementError("the token was made for another sign-in")
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if now >= expires + LEEWAY:
        raise StatementError("the token has expired")
    if issued > now + LEEWAY or issued < now - MAX_AGE - LEEWAY:
        raise StatementError("the token was not made just now")
    if "nbf" in claims and _seconds(claims, "nbf") > now + LEEWAY:
        raise StatementError("the token is not valid yet")


def _check_audience(claims: Mapping[str, Any], client: str) -> None:
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or client not in audiences:
        raise StatementError("the token is for another client")
    party = claims.get("azp")
    if (party is not None or len(audiences) > 1) and party != client:
        raise StatementError("the token was issued to another client")


def json_object(document: bytes) -> dict[str, Any]:
    """A JSON object, without NaN. Raises StatementError."""
    try:
        found = json.loads(document, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise StatementError("not a JSON document") from None
    if not isinstance(found, dict):
        raise StatementError("not a JSON object")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < MAX_NUMBER:
        raise StatementError(f"the token has no usable {name}")
    return float(value)


def _header(token: str) -> dict[str, Any]:
    if len(token) > MAX_TOKEN or token.count(".") != 2 or not token.isascii():
        raise StatementError("not a signed token")
    encoded = token.partition(".")[0]
    try:
        decoded = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise StatementError("not a signed token") from None
    return json_object(decoded)


def _usable(key: Any) -> bool:
    if not isinstance(key, dict) or key.get("use", "sig") != "sig":
        return False
    if key.get("kty") == "RSA":
        return len(str(key.get("n"))) in RSA_MODULUS and len(str(key.get("e"))) <= RSA_EXPONENT
    return bool(key.get("kty") == "EC")


def _public(key: Mapping[str, Any]) -> dict[str, Any]:
    """Only what describes the key itself: `key_ops` and `alg` of a sloppy publisher must not make it unusable."""
    return {name: key[name] for name in ("kty", "kid", "n", "e", "crv", "x", "y") if name in key}


def _key_finder(keys: KeySet) -> Any:
    """By `kid`; a token without one may be signed by a set's only key (OpenID Connect Core section 10.1)."""

    def find(signed: Any) -> Any:
        name = signed.headers().get("kid")
        if name is not None:
            return keys.get_by_kid(name)
        if len(keys.keys) != 1:
            raise ValueError("which key?")
        return keys.keys[0]

    return find
