"""The authorization code flow as values: OpenID Connect Core, OAuth 2.1 with PKCE (RFC 7636), RFC 9207.

In: a provider's documents and answers. Out: addresses to go to, forms to send, what came back; or `StatementError`.
"""

import hashlib
import ipaddress
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from identity.core.oidc_tokens import StatementError, json_object

WELL_KNOWN = "/.well-known/openid-configuration"  # OpenID Connect Discovery section 4
MAX_URL = 2000  # characters of an endpoint's address
MAX_PARAMETER = 4096  # characters of a code or of what else comes back in the address
MAX_SECRET = 16 * 1024  # characters of an access token; some providers put a JWT there

ClientProof = Literal["none", "basic", "post"]
"""How the client shows its secret: not at all (a public client), in a header, or in the form."""


class DeniedError(Exception):
    """The person, or the provider for them, said no."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider does what."""

    issuer: str
    authorization: str
    token: str
    keys: str = ""  # "" when the provider signs nothing
    userinfo: str = ""  # "" when it has none
    proof: ClientProof = "basic"  # how a client with a secret shows it
    names_itself: bool = False  # promises `iss` beside the code, RFC 9207 section 3


def discovered(document: bytes, issuer: str) -> Endpoints:
    """The discovery document of `issuer`. Raises StatementError."""
    found = json_object(document)
    if found.get("issuer") != issuer:  # Discovery section 4.3
        raise StatementError("the discovery document is of another issuer")
    methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    posts = isinstance(methods, list) and "client_secret_post" in methods and "client_secret_basic" not in methods
    return Endpoints(
        issuer=issuer,
        authorization=_endpoint(found, "authorization_endpoint"),
        token=_endpoint(found, "token_endpoint"),
        keys=_endpoint(found, "jwks_uri"),
        userinfo=_endpoint(found, "userinfo_endpoint") if found.get("userinfo_endpoint") else "",
        proof="post" if posts else "basic",
        names_itself=found.get("authorization_response_iss_parameter_supported") is True,
    )


def usable_url(url: Any) -> bool:
    """May we talk to it? https only; plain http stays on this machine (demo, tests)."""
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or " " in url or len(url) > MAX_URL:
        return False
    try:
        parts = urlsplit(url)
        port_known = parts.port != 0
    except ValueError:
        return False
    if not port_known or not parts.hostname or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


def is_loopback(host: str) -> bool:
    """Does the host's name or address mean this machine?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def challenge(verifier: str) -> str:
    """What is sent ahead of the verifier, method S256. RFC 7636 section 4.2."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def authorization_url(
    endpoints: Endpoints,
    *,
    client: str,
    redirect: str,
    scopes: Sequence[str],
    state: str,
    nonce: str,
    verifier: str,
) -> str:
    """Where the browser goes. OpenID Connect Core section 3.1.2.1."""
    return with_query(
        endpoints.authorization,
        {
            "response_type": "code",
            "client_id": client,
            "redirect_uri": redirect,
            "scope": " ".join(scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        },
    )


def with_query(url: str, parameters: Mapping[str, str]) -> str:
    """The address with more parameters; those it has stay (RFC 6749 section 3.1)."""
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(parameters)}"


def code_of(query: Mapping[str, str], endpoints: Endpoints) -> str:
    """The code the provider sent the browser back with. Raises DeniedError, StatementError."""
    if any(len(value) > MAX_PARAMETER for value in query.values()):
        raise StatementError("a parameter is too long")
    # RFC 9207 section 2.4: compared before anything else is believed, errors included.
    if ("iss" in query or endpoints.names_itself) and query.get("iss") != endpoints.issuer:
        raise StatementError("another issuer answers")
    if "error" in query:
        if query["error"] == "access_denied":
            raise DeniedError
        raise StatementError(f"the provider reports {query['error'][:60]!r}")
    if not query.get("code"):
        raise StatementError("the provider sent no code")
    return query["code"]


def token_form(*, code: str, redirect: str, client: str, verifier: str) -> dict[str, str]:
    """What the code is exchanged with. RFC 6749 section 4.1.3, RFC 7636 section 4.5."""
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "client_id": client,
        "code_verifier": verifier,
    }


@dataclass(frozen=True, slots=True)
class Granted:
    """What the code was exchanged for; used at once and kept nowhere."""

    access_token: str
    id_token: str  # "" when there is none


def granted(document: bytes) -> Granted:
    """A token endpoint's answer. Raises StatementError."""
    found = json_object(document)
    access, signed = found.get("access_token"), found.get("id_token", "")
    if not _is_secret(access) or not isinstance(signed, str):
        raise StatementError("the token answer is not usable")
    if str(found.get("token_type", "bearer")).lower() != "bearer":  # RFC 6749 section 5.1
        raise StatementError("the access token is of an unknown type")
    return Granted(str(access), signed)


def _is_secret(value: Any) -> bool:
    """May it stand in a header? RFC 6750 section 2.1 allows less."""
    return isinstance(value, str) and 0 < len(value) <= MAX_SECRET and value.isascii() and value.isprintable()


def _endpoint(document: Mapping[str, Any], name: str) -> str:
    url = document.get(name)
    if not usable_url(url):
        raise StatementError(f"the discovery document has no usable {name}")
    return str(url)
