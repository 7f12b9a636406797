"""The journal's own accounts: who has signed in, in which browser. In: logins and passwords. Out: people.

A real journal has these in its database with hashed passwords; here everybody has the same one, printed on the page.
"""

import hmac
import secrets

from aiohttp import web

from journal_bridge.reference_journal import school
from journal_bridge.reference_journal.school import Person

PASSWORD = "school-26"
COOKIE = "journal_session"
MAX_SESSIONS = 10_000  # the oldest is forgotten first

HOME: dict[school.Role, str] = {"teacher": "/journals", "student": "/diary", "parent": "/children"}


class Accounts:
    """Sessions live in memory: after a restart people sign in again."""

    def __init__(self) -> None:
        self._sessions: dict[str, str] = {}

    def sign_in(self, login: str, password: str) -> str | None:
        """A new session's secret; None: the login or the password is wrong."""
        known = login.strip() in school.PEOPLE
        if not hmac.compare_digest(password.encode(errors="replace"), PASSWORD.encode()) or not known:
            return None
        return self.start(login.strip())

    def start(self, person: str) -> str:
        """A session for somebody who is known already."""
        if len(self._sessions) >= MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        secret = secrets.token_urlsafe(32)
        self._sessions[secret] = person
        return secret

    def sign_out(self, secret: str) -> None:
        """The session is over."""
        self._sessions.pop(secret, None)

    def person(self, request: web.BaseRequest) -> Person | None:
        """Who uses the browser."""
        person = self._sessions.get(request.cookies.get(COOKIE, ""))
        return school.PEOPLE[person] if person is not None else None


def home(person: Person) -> str:
    """The page a person starts with."""
    return HOME[person.role]


def own_path(asked: str) -> str | None:
    """A path of ours to go on to, or None: an address of somebody else's must not be followed."""
    if not asked.startswith("/") or asked.startswith("//") or "\\" in asked or not asked.isprintable():
        return None
    return asked


def from_elsewhere(request: web.BaseRequest) -> bool:
    """Did another site's page make the browser send this? Servers and old browsers say nothing about it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.host}"
