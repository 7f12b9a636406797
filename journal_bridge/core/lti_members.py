"""Who is in a course: Names and Roles Provisioning Services 2.0. In: a page of it. Out: its people."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from identity.core.claims import Role
from identity.core.oidc import usable_url
from identity.core.oidc_tokens import StatementError, json_object
from journal_bridge.core.lti import MAX_ID, name_of, role_of

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

MAX_PAGES = 50
MAX_MEMBERS = 5000  # people in a course; beyond it is no call that everybody joins
MAX_PAGE = 4 * 1024 * 1024  # bytes: a page of 5,000 people with some fields we do not read

_LINK = re.compile(
    r'<([^<>]{1,2000})>((?:\s{0,5};\s{0,5}[A-Za-z*-]{1,40}\s{0,5}=\s{0,5}(?:"[^"]{0,200}"|[^",;\s]{1,200})){1,10})'
)
_NEXT = re.compile(r'\brel\s*=\s*"?next"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a course who may come into its calls."""

    user: str
    name: str
    role: Role
    administrator: bool


def members(document: bytes) -> list[Member]:
    """The active people of one page; whoever is described badly is left out. Raises StatementError."""
    listed = json_object(document).get("members")
    if not isinstance(listed, list):
        raise StatementError("the list of members has no members")
    found = []
    for person in listed[:MAX_MEMBERS]:
        if not isinstance(person, dict) or person.get("status", "Active") != "Active":
            continue
        user = person.get("user_id")
        if not isinstance(user, str) or not 0 < len(user) <= MAX_ID or not (user.isascii() and user.isprintable()):
            continue
        found.append(Member(user, name_of(person), *role_of(person.get("roles"))))
    return found


def next_page(links: Iterable[str], page: str) -> str | None:
    """The next page's address out of Link headers (RFC 8288), None at the end. Raises StatementError.

    It is on the same origin: the token that opens this page is for nobody else.
    """
    for header in links:
        for address, parameters in _LINK.findall(header[:8192]):
            if not _NEXT.search(parameters):
                continue
            try:
                found = urljoin(page, str(address))
            except ValueError:
                raise StatementError("the next page of members has no address") from None
            if not usable_url(found) or _origin(found) != _origin(page):
                raise StatementError("the next page of members is elsewhere")
            return found
    return None


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
