"""What we say when somebody has picked a call for a course. Deep Linking 2.0 sections 4 and 5."""

from typing import Any

from journal_bridge.core.lti import CLAIM, CUSTOM_PLACEMENT, DEEP_LINKING, VERSION

RESPONSE_SECONDS = 300.0  # the browser carries it over at once


def content_item(placement: str, title: str, url: str) -> dict[str, Any]:
    """A link to a call, as the course keeps it. Deep Linking 2.0 section 3.3."""
    return {
        "type": "ltiResourceLink",
        "title": title,
        "url": url,
        "custom": {CUSTOM_PLACEMENT: placement},
        "window": {"targetName": "_blank"},
    }


def response(
    *,
    issuer: str,
    client: str,
    deployment: str,
    items: list[dict[str, Any]],
    data: str | None,
    nonce: str,
    now: float,
) -> dict[str, Any]:
    """The claims to sign; without items: nothing was picked."""
    claims: dict[str, Any] = {
        "iss": client,
        "aud": [issuer],
        "iat": int(now),
        "exp": int(now + RESPONSE_SECONDS),
        "nonce": nonce,
        f"{CLAIM}deployment_id": deployment,
        f"{CLAIM}message_type": "LtiDeepLinkingResponse",
        f"{CLAIM}version": VERSION,
        f"{DEEP_LINKING}content_items": items,
    }
    if data is not None:  # section 4.5.3: must come back when it was sent
        claims[f"{DEEP_LINKING}data"] = data
    return claims
