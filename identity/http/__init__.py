"""Sessions in browsers: the cookie, and the proof that a request comes from our own page.

In: aiohttp requests. Out: session secrets, cookies, a verdict about the request's origin.
"""

from aiohttp import web

from identity.core.attempts import ATTEMPT_SECONDS
from identity.core.profile_sessions import TOTAL_SECONDS
from identity.core.sessions import SESSION_SECONDS
from identity.http.wire import address
from identity.ports import Browser

SESSION_COOKIE = "zvonok_session"
PROFILE_COOKIE = "zvonok_profile"
ATTEMPT_COOKIE = "zvonok_attempt"
DEVICE_COOKIE = "zvonok_device"


def session_secret(request: web.Request) -> str:
    """The secret the browser shows, "" when it shows none."""
    return request.cookies.get(SESSION_COOKIE, "")


def profile_secret(request: web.Request) -> str:
    """The secret of the profile's session that the browser shows, "" when it shows none."""
    return request.cookies.get(PROFILE_COOKIE, "")


def attempt_secret(request: web.Request) -> str:
    """The secret of the attempt to sign in that the browser shows, "" when it shows none."""
    return request.cookies.get(ATTEMPT_COOKIE, "")


def browser(request: web.Request) -> Browser:
    """What the request says of where it comes from."""
    agent = request.headers.get("User-Agent", "")
    return Browser(address(request), agent, request.cookies.get(DEVICE_COOKIE, ""))


def set_session(response: web.StreamResponse, secret: str, *, secure: bool) -> None:
    """Let the browser keep a ticket's session."""
    _set(response, SESSION_COOKIE, secret, SESSION_SECONDS, secure)


def set_profile_session(response: web.StreamResponse, secret: str, *, secure: bool) -> None:
    """Let the browser keep a profile's session, for as long as browsers keep anything; the server ends it when it is
    not used for 90 days."""
    _set(response, PROFILE_COOKIE, secret, TOTAL_SECONDS, secure)


def set_attempt(response: web.StreamResponse, secret: str, *, secure: bool) -> None:
    """Let the browser keep an attempt to sign in."""
    _set(response, ATTEMPT_COOKIE, secret, ATTEMPT_SECONDS, secure)


def set_device(response: web.StreamResponse, secret: str, *, secure: bool) -> None:
    """Let the browser be known again."""
    _set(response, DEVICE_COOKIE, secret, TOTAL_SECONDS, secure)


def drop_cookie(response: web.StreamResponse, name: str, *, secure: bool) -> None:
    """Let the browser forget a cookie of ours."""
    response.del_cookie(name, path="/", httponly=True, secure=secure, samesite="Lax")


def _set(response: web.StreamResponse, name: str, secret: str, seconds: float, secure: bool) -> None:
    """Lax: the journal's redirect to us must bring a cookie, other sites' requests not."""
    response.set_cookie(name, secret, max_age=int(seconds), path="/", httponly=True, secure=secure, samesite="Lax")


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
