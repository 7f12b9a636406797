"""What the owner of a profile does with it: password, devices, consent. In: a session. Out: profiles."""

from collections.abc import Callable

from identity.audit import Audit
from identity.core import limits as rules
from identity.core import passwords as password_rules
from identity.core.profile_sessions import TOTAL_SECONDS, ProfileSession
from identity.core.profiles import Profile
from identity.core.refusals import ProblemError
from identity.core.tokens import digest
from identity.limits import Limits
from identity.passwords import Passwords
from identity.ports import Browser, Database
from identity.profiles import Profiles
from identity.sessions import ProfileSessions
from identity.store import profiles as store


class Owner:
    """All methods raise ProblemError."""

    def __init__(
        self,
        database: Database,
        profiles: Profiles,
        sessions: ProfileSessions,
        audit: Audit,
        passwords: Passwords,
        limits: Limits,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._profiles = profiles
        self._sessions = sessions
        self._audit = audit
        self._passwords = passwords
        self._limits = limits
        self._clock = clock

    async def of(self, secret: str) -> tuple[ProfileSession, Profile]:
        """Who uses the browser with this session."""
        session = await self._sessions.of(secret)
        profile = await self._profiles.get(session.profile) if session is not None else None
        if session is None or profile is None:
            raise ProblemError("session_missing", "Sign in.")
        return session, profile

    async def set_password(
        self, session: ProfileSession, profile: Profile, new: str, old: str | None, browser: Browser
    ) -> None:
        """Set or change the password: every other browser is signed out and must prove itself with a code again."""
        async with self._database.write() as connection:
            await self._limits.take(connection, rules.PASSWORD_CHANGES, profile.id)
            hashed = await store.password(connection, profile.id)
        password_rules.check(new, profile.phone)
        if hashed is not None and not await self._passwords.fits(hashed, old or ""):
            raise ProblemError("password_wrong", "The old password is another one.")
        made = await self._passwords.hash(new)
        async with self._database.write() as connection:
            if await store.password(connection, profile.id) != hashed:
                raise ProblemError("password_wrong", "The password was changed at this moment.")
            await store.set_password(connection, profile.id, made)
            await self._sessions.end_others_in(connection, profile.id, session.id)
            await store.forget_devices(connection, profile.id)
            if browser.device:
                until = self._clock() + TOTAL_SECONDS
                await store.know_device(connection, digest(browser.device), profile.id, until)
            await self._audit.note(
                connection,
                actor=profile.id,
                action="password.set",
                subject=profile.id,
                address=browser.address,
            )

    async def drop_password(self, profile: str, browser: Browser) -> None:
        """From now on only a code proves the phone."""
        async with self._database.write() as connection:
            await store.set_password(connection, profile, None)
            await self._audit.note(
                connection, actor=profile, action="password.dropped", subject=profile, address=browser.address
            )

    async def sign_out(self, session: ProfileSession, browser: Browser) -> None:
        """End this session."""
        await self._end(session.profile, session.id, "session.ended", browser)

    async def sign_out_device(self, profile: str, device: str, browser: Browser) -> None:
        """End the session in another browser."""
        if not await self._end(profile, device, "session.ended", browser):
            raise ProblemError("device_unknown", "You are not signed in there.")

    async def sign_out_everywhere(self, profile: str, browser: Browser) -> None:
        """End every session; no browser is known any more."""
        async with self._database.write() as connection:
            await store.forget_devices(connection, profile)
        await self._end(profile, None, "sessions.ended", browser)

    async def withdraw_consent(self, profile: str, browser: Browser) -> None:
        """End the own consent, and every session."""
        async with self._database.write() as connection:
            await self._profiles.withdraw_in(connection, profile, by=profile, address=browser.address)

    async def delete(self, profile: Profile, confirm: str) -> None:
        """Delete the profile; the family name shows that it is meant."""
        if confirm.strip().casefold() != profile.family_name.casefold():
            raise ProblemError("confirmation_wrong", "Write the family name of the profile.")
        await self._profiles.delete(profile.id, by=profile.id)

    async def _end(self, profile: str, session: str | None, action: str, browser: Browser) -> int:
        async with self._database.write() as connection:
            ended = await self._sessions.end_in(connection, profile, session)
            if ended:
                await self._audit.note(
                    connection, actor=profile, action=action, subject=profile, address=browser.address
                )
            return ended
