"""LTI 1.3 launches as values: what a platform's signed message says. LTI Core 1.3, Deep Linking 2.0, NRPS 2.0.

In: verified claims. Out: a `Launch`, or `StatementError`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from identity.core.claims import Role
from identity.core.oidc import usable_url
from identity.core.oidc_tokens import StatementError

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
VERSION = "1.3.0"

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
CUSTOM_PLACEMENT = "zvonok_placement"
"""The custom parameter by which a content item of ours says which placement it leads to."""

MAX_ID = 255  # ASCII characters, LTI Core sections 5.3.3 to 5.3.7: ids must not be longer
MAX_TITLE = 200  # characters of a title or name; the rest is cut
MAX_DATA = 16 * 1024  # characters of a platform's own word in a deep linking request
MAX_ROLES = 100
NOBODY = "Участник"  # somebody whose name the platform keeps to itself

Message = Literal["resource_link", "deep_linking"]

_MESSAGES: dict[str, Message] = {
    "LtiResourceLinkRequest": "resource_link",
    "LtiDeepLinkingRequest": "deep_linking",
}
_TEACHING = ("Instructor", "TeachingAssistant", "Administrator")


@dataclass(frozen=True, slots=True)
class Picking:
    """A deep linking request: where the picked item goes."""

    return_url: str
    data: str | None  # the platform's own word, sent back as it is


@dataclass(frozen=True, slots=True)
class Launch:
    """Somebody whom a platform sends to a place of ours."""

    message: Message
    deployment: str
    target: str  # the address of ours that the platform's link names
    user: str | None  # None: the platform sends them without saying who they are
    name: str
    role: Role
    administrator: bool
    context: str  # the course, "" when there is none
    context_title: str
    resource: str  # the link in the course; "" in a deep linking request
    resource_title: str
    placement: str  # our id out of a content item of ours, "" when there is none
    members_url: str  # "" when the platform does not tell who is in the course
    return_url: str  # where the platform wants its people to return to, "" when it does not say
    framed: bool  # the platform shows us inside its own page
    picking: Picking | None = None


def launch(claims: Mapping[str, Any]) -> Launch:
    """What verified claims say. Raises StatementError."""
    if claims.get(f"{CLAIM}version") != VERSION:
        raise StatementError("the message is not of LTI 1.3")
    kind = claims.get(f"{CLAIM}message_type")
    message = _MESSAGES.get(kind) if isinstance(kind, str) else None
    if message is None:
        raise StatementError("the message is of an unknown type")
    context, resource = _member(claims, "context"), _member(claims, "resource_link")
    presentation, custom = _member(claims, "launch_presentation"), _member(claims, "custom")
    role, administrator = role_of(claims.get(f"{CLAIM}roles"))
    return Launch(
        message=message,
        deployment=_id(claims.get(f"{CLAIM}deployment_id"), "deployment_id"),
        target=_text(claims.get(f"{CLAIM}target_link_uri"), MAX_DATA),
        user=_id(claims["sub"], "sub") if claims.get("sub") is not None else None,
        name=name_of(claims),
        role=role,
        administrator=administrator,
        context=_id(context["id"], "context id") if context.get("id") is not None else "",
        context_title=_text(context.get("title") or context.get("label"), MAX_TITLE),
        resource=_id(resource.get("id"), "resource_link id") if message == "resource_link" else "",
        resource_title=_text(resource.get("title"), MAX_TITLE),
        placement=_text(custom.get(CUSTOM_PLACEMENT), MAX_ID),
        members_url=_members_url(claims.get(MEMBERS)),
        return_url=_url(presentation.get("return_url")),
        framed=presentation.get("document_target") in ("iframe", "frame"),
        picking=_picking(claims) if message == "deep_linking" else None,
    )


def role_of(roles: Any) -> tuple[Role, bool]:
    """Role and whether they administer calls. Only what somebody is in this very course counts (LTI Core A.2.3)."""
    if not isinstance(roles, list):
        return "student", False
    names = {_membership(role) for role in roles[:MAX_ROLES] if isinstance(role, str)}
    if not names.isdisjoint(_TEACHING):
        return "teacher", True
    if "Mentor" in names and "Learner" not in names:
        return "parent", False
    return "student", False


def name_of(person: Mapping[str, Any]) -> str:
    """What to call somebody, from standard claims or a member of a course."""
    whole = _text(person.get("name"), MAX_TITLE)
    if whole:
        return whole
    parts = (_text(person.get("given_name"), MAX_TITLE), _text(person.get("family_name"), MAX_TITLE))
    return " ".join(part for part in parts if part)[:MAX_TITLE] or NOBODY


def _membership(role: str) -> str:
    """The principal role in a course: a sub-role like membership/Instructor#TeachingAssistant counts as its own."""
    if not role.startswith(MEMBERSHIP):  # a plain name is of the course (A.2.3); other vocabularies are not
        return role if ":" not in role else ""
    principal, _, name = role.removeprefix(MEMBERSHIP).lstrip("/").partition("#")
    return principal or name


def _picking(claims: Mapping[str, Any]) -> Picking:
    settings = claims.get(f"{DEEP_LINKING}deep_linking_settings")
    if not isinstance(settings, dict) or not usable_url(settings.get("deep_link_return_url")):
        raise StatementError("the platform does not say where picked items go")
    accepted = settings.get("accept_types")
    if not isinstance(accepted, list) or "ltiResourceLink" not in accepted:
        raise StatementError("the platform does not accept links to calls here")
    data = settings.get("data")
    if data is not None and (not isinstance(data, str) or len(data) > MAX_DATA):
        raise StatementError("the platform's own word is too long")
    return Picking(settings["deep_link_return_url"], data)


def _members_url(service: Any) -> str:
    if not isinstance(service, dict) or "2.0" not in (service.get("service_versions") or []):
        return ""
    return _url(service.get("context_memberships_url"))


def _member(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = claims.get(CLAIM + name)
    return found if isinstance(found, dict) else {}


def _id(value: Any, name: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID or not (value.isascii() and value.isprintable()):
        raise StatementError(f"the message has no usable {name}")
    return value


def _text(value: Any, limit: int) -> str:
    """A text for people on one line, "" for anything else."""
    if not isinstance(value, str) or not _encodable(value):
        return ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value[: 2 * limit]).split())[:limit]


def _encodable(value: str) -> bool:
    """Lone surrogates can be written in JSON, but not in a database."""
    return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)


def _url(value: Any) -> str:
    return str(value) if usable_url(value) else ""
