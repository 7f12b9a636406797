"""Sessions in browsers: the cookie, and the proof that a request comes from our own page.

In: aiohttp requests. Out: session secrets, cookies, a verdict about the request's origin.
"""

from aiohttp import web

from identity.core.profile_sessions import IDLE_SECONDS
from identity.core.sessions import SESSION_SECONDS

SESSION_COOKIE = "zvonok_session"
PROFILE_COOKIE = "zvonok_profile"


def session_secret(request: web.Request) -> str:
    """The secret the browser shows, "" when it shows none."""
    return request.cookies.get(SESSION_COOKIE, "")


def set_session(response: web.StreamResponse, secret: str, *, secure: bool) -> None:
    """Let the browser keep a session. Lax: the journal's redirect to us must bring it, other sites' requests not."""
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int(SESSION_SECONDS),
        path="/",
        httponly=True,
        secure=secure,
        samesite="Lax",
    )


def profile_secret(request: web.Request) -> str:
    """The secret of a profile's session, "" when the browser shows none."""
    return request.cookies.get(PROFILE_COOKIE, "")


def set_profile_session(response: web.StreamResponse, secret: str, *, secure: bool) -> None:
    """Let the browser keep a profile's session. Lax: the journal's redirect back to us must bring it."""
    response.set_cookie(
        PROFILE_COOKIE,
        secret,
        max_age=int(IDLE_SECONDS),
        path="/",
        httponly=True,
        secure=secure,
        samesite="Lax",
    )


def from_own_page(request: web.Request, origin: str) -> bool:
    """Does a state-changing request come from a page of `origin` ("https://host")?

    Browsers say so in Sec-Fetch-Site; older ones only send Origin. A JSON body cannot be sent by a foreign form.
    """
    if request.content_type != "application/json":
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == origin


def is_prefetch(request: web.Request) -> bool:
    """Is the browser only guessing that its user will go there? Such a request must not use up a ticket."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return "prefetch" in purpose or "prerender" in purpose
