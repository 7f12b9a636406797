"""Who is signed in, for requests of our own pages."""

from aiohttp import web

from identity.core.profiles import Profile
from identity.http import profile_secret
from journal_bridge.bridge import JournalBridge
from journal_bridge.core.problems import ProblemError


async def known(request: web.Request, bridge: JournalBridge) -> Profile | None:
    """The profile of the browser's session."""
    session = await bridge.identity.sessions.of(profile_secret(request))
    return await bridge.identity.profiles.get(session.profile) if session is not None else None


async def owner(request: web.Request, bridge: JournalBridge) -> Profile:
    """The same. Raises ProblemError (`session_missing`) when there is none."""
    profile = await known(request, bridge)
    if profile is None:
        raise ProblemError("session_missing", "Sign in first.")
    return profile


async def signed_in(request: web.Request, bridge: JournalBridge) -> Profile:
    """The same, and their data may be processed. Raises ProblemError (`consent_needed`) when a consent was withdrawn:
    a child may still sign in, to see why."""
    profile = await owner(request, bridge)
    if profile.consent == "withdrawn":
        raise ProblemError("consent_needed", "The consent to the processing of personal data was withdrawn.")
    return profile
