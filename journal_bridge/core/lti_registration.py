"""How a platform and we get to know each other: LTI Dynamic Registration 1.0.

In: a platform's documents. Out: what to keep of it, and how we describe ourselves; or `StatementError`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from identity.core.oidc import usable_url
from identity.core.oidc_tokens import StatementError, json_object
from journal_bridge.core.lti import MAX_ID, MAX_TITLE
from journal_bridge.core.lti_members import SCOPE

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"

NAME = "Звонок"
DESCRIPTION = "Уроки по видеосвязи: звонок открывается прямо из курса."

SHARED_ISSUERS: Mapping[str, tuple[str, ...]] = {
    # Canvas in the cloud: all schools share one issuer, and publish it from hosts of their own.
    "canvas.instructure.com": (".instructure.com", ".canvaslms.com"),
}
"""Issuers' hosts -> the ends of other hosts that may speak for them."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a platform publishes about itself."""

    issuer: str
    authorization: str
    token: str
    keys: str
    registration: str
    audience: str  # whom a request for a token is addressed to
    name: str


@dataclass(frozen=True, slots=True)
class Registered:
    """What the platform answers."""

    client: str
    deployment: str | None  # None: it makes deployments later


def configuration(document: bytes, url: str) -> Configuration:
    """The platform whose configuration was found at `url`. Raises StatementError."""
    found = json_object(document)
    issuer = found.get("issuer")
    if not usable_url(issuer) or len(str(issuer)) > MAX_ID or not _speaks_for(urlsplit(url).hostname or "", issuer):
        raise StatementError("the configuration is not of its issuer")
    token = _endpoint(found, "token_endpoint")
    audience = found.get("authorization_server")
    described = found.get(PLATFORM)
    family = described.get("product_family_code") if isinstance(described, dict) else None
    return Configuration(
        issuer=str(issuer),
        authorization=_endpoint(found, "authorization_endpoint"),
        token=token,
        keys=_endpoint(found, "jwks_uri"),
        registration=_endpoint(found, "registration_endpoint"),
        audience=str(audience) if usable_url(audience) else token,
        name=family[:MAX_TITLE] if isinstance(family, str) and family.isprintable() else "",
    )


def tool(origin: str) -> dict[str, Any]:
    """Who we are, reached at `origin` ("https://call.school.ru")."""
    launch = f"{origin}/lti/launch"
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{origin}/lti/login",
        "redirect_uris": [launch],
        "client_name": NAME,
        "jwks_uri": f"{origin}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": SCOPE,
        TOOL: {
            "domain": urlsplit(origin).netloc,
            "description": DESCRIPTION,
            "target_link_uri": launch,
            "custom_parameters": {},
            "claims": ["iss", "sub", "name", "given_name", "family_name"],
            "messages": [
                {"type": "LtiResourceLinkRequest", "target_link_uri": launch, "label": NAME},
                {"type": "LtiDeepLinkingRequest", "target_link_uri": launch, "label": NAME},
            ],
        },
    }


def registered(document: bytes) -> Registered:
    """The platform's answer. Raises StatementError."""
    found = json_object(document)
    client, described = found.get("client_id"), found.get(TOOL)
    deployment = described.get("deployment_id") if isinstance(described, dict) else None
    if not _is_id(client) or (deployment is not None and not _is_id(deployment)):
        raise StatementError("the platform's answer names no client")
    return Registered(str(client), deployment)


def _speaks_for(host: str, issuer: Any) -> bool:
    """May this host say what the issuer is? Otherwise anybody could speak for somebody else's platform."""
    own = urlsplit(str(issuer)).hostname or ""
    return host == own or host.endswith(SHARED_ISSUERS.get(own, ("\0",)))


def _endpoint(found: Mapping[str, Any], name: str) -> str:
    if not usable_url(found.get(name)):
        raise StatementError(f"the configuration has no usable {name}")
    return str(found[name])


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ID and value.isprintable()
