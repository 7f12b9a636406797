"""A learning platform's messages. Invariant: whatever the bytes are, values that fit our tables, or StatementError."""

import contextlib
import json
from urllib.parse import urlsplit

from identity.core.claims import ROLES
from identity.core.oidc import usable_url
from identity.core.oidc_tokens import StatementError, json_object
from journal_bridge.core import lti, lti_members, lti_registration
from journal_bridge.core.lti import CLAIM, DEEP_LINKING, MAX_ID, MAX_TITLE, MEMBERS, MEMBERSHIP

LAUNCH = {
    f"{CLAIM}version": "1.3.0",
    f"{CLAIM}message_type": "LtiResourceLinkRequest",
    f"{CLAIM}deployment_id": "d",
    f"{CLAIM}target_link_uri": "https://x/lti/launch",
    f"{CLAIM}roles": [f"{MEMBERSHIP}/Instructor#TeachingAssistant"],
    f"{CLAIM}context": {"id": "c", "title": "т"},
    f"{CLAIM}resource_link": {"id": "r", "title": "т"},
    f"{CLAIM}custom": {"zvonok_placement": "plc_a"},
    MEMBERS: {"context_memberships_url": "https://x/m", "service_versions": ["2.0"]},
    "sub": "u",
    "name": "И",
}
PICKING = {
    **LAUNCH,
    f"{CLAIM}message_type": "LtiDeepLinkingRequest",
    f"{DEEP_LINKING}deep_linking_settings": {
        "deep_link_return_url": "https://x/r",
        "accept_types": ["ltiResourceLink"],
        "data": "d",
    },
}
PLATFORM = {
    "issuer": "https://canvas.instructure.com",
    "authorization_endpoint": "https://x/a",
    "token_endpoint": "https://x/t",
    "jwks_uri": "https://x/j",
    "registration_endpoint": "https://x/r",
    "authorization_server": "https://x",
}

SEEDS: tuple[bytes, ...] = (
    json.dumps(LAUNCH).encode(),
    json.dumps(PICKING, ensure_ascii=False).encode(),
    json.dumps(PLATFORM).encode(),
    json.dumps({"client_id": "c", lti_registration.TOOL: {"deployment_id": "1"}}).encode(),
    json.dumps({"members": [{"user_id": "u", "roles": ["Mentor"], "name": "\ud800"}]}).encode(),
    b'<https://x/members?p=2>; rel="next", <https://x/d>; rel=differences',
    b'<//evil/m>;rel=next;title="a,b"',
)


def fuzz(data: bytes) -> None:
    with contextlib.suppress(StatementError):
        _launch(lti.launch(json_object(data)))
    try:
        platform = lti_registration.configuration(data, "https://sso.canvaslms.com/openid-configuration")
        assert all(map(usable_url, (platform.issuer, platform.authorization, platform.token, platform.keys)))
        assert len(platform.issuer) <= MAX_ID and len(platform.name) <= MAX_TITLE
    except StatementError:
        pass
    with contextlib.suppress(StatementError):
        assert 0 < len(lti_registration.registered(data).client) <= MAX_ID
    try:
        for member in lti_members.members(data):
            assert 0 < len(member.user) <= MAX_ID and 0 < len(member.name) <= MAX_TITLE
            member.name.encode()
    except StatementError:
        pass
    try:
        following = lti_members.next_page([data.decode(errors="replace")], "https://x/members")
        assert following is None or (urlsplit(following).netloc == "x" and usable_url(following))
    except StatementError:
        pass


def _launch(launch: lti.Launch) -> None:
    for value in (launch.deployment, launch.user or "", launch.context, launch.resource):
        assert len(value) <= MAX_ID and value.isascii() and value.isprintable()
    for title in (launch.name, launch.context_title, launch.resource_title, launch.placement, launch.target):
        title.encode()
    assert launch.name and max(len(launch.name), len(launch.context_title), len(launch.resource_title)) <= MAX_TITLE
    assert launch.role in ROLES and (not launch.administrator or launch.role == "teacher")
    assert launch.members_url == "" or usable_url(launch.members_url)
    assert (launch.picking is not None) == (launch.message == "deep_linking")
    assert launch.picking is None or usable_url(launch.picking.return_url)
