"""The end of an attempt: a profile, its consent, a session. In: an attempt with nothing left to do. Out: secrets."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.attempts import Attempts
from identity.audit import Audit
from identity.core import consents
from identity.core.attempts import Attempt
from identity.core.profile_sessions import TOTAL_SECONDS
from identity.core.profiles import Form, Profile
from identity.core.refusals import ProblemError
from identity.core.tokens import TOKEN_BYTES, digest, token
from identity.oidc import store as outside_store
from identity.ports import Browser
from identity.profiles import Profiles
from identity.sessions import ProfileSessions
from identity.store import profiles as store


class Finished(NamedTuple):
    """Secrets for cookies; `device` is the browser's known one again when it had one."""

    session: str
    device: str


class Finish:
    """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""

    def __init__(
        self,
        attempts: Attempts,
        profiles: Profiles,
        sessions: ProfileSessions,
        audit: Audit,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._attempts = attempts
        self._profiles = profiles
        self._sessions = sessions
        self._audit = audit
        self._clock = clock
        self._random = random

    async def finish(
        self, connection: AsyncConnection, attempt: Attempt, browser: Browser, *, consented: bool
    ) -> Finished:
        """Do everything the attempt was for. Raises IntegrityError when another one made this phone's profile a moment
        ago: begin the transaction again, it is a known profile then."""
        known = await self._attempts.profile(connection, attempt)
        profile = await self._changed(connection, attempt, known, browser.address)
        form = attempt.form or (known.form if known else None)
        if consented and form is not None and not self._parent_decides(form):
            await self._profiles.consent_in(connection, profile, by=profile, address=browser.address)
        if attempt.outside is not None:
            provider, subject = attempt.outside.provider, attempt.outside.subject_hash
            await outside_store.remember(connection, provider, subject, profile, self._clock())
        await self._attempts.remove(connection, attempt)
        session = await self._sessions.start_in(connection, profile, device=browser.agent)
        details = {"provider": attempt.outside.provider} if attempt.outside else {}
        await self._audit.note(
            connection,
            actor=profile,
            action="session.started",
            subject=profile,
            details=details,
            address=browser.address,
        )
        device = browser.device or token(self._random(TOKEN_BYTES))
        await store.know_device(connection, digest(device), profile, self._clock() + TOTAL_SECONDS)
        return Finished(session, device)

    async def _changed(self, connection: AsyncConnection, attempt: Attempt, known: Profile | None, address: str) -> str:
        """The id of the attempt's profile, as its form says."""
        if known is not None:
            if (attempt.form is not None and attempt.form != known.form) or known.check_form:
                await self._profiles.change_in(connection, known.id, attempt.form or known.form, address=address)
            return known.id
        if attempt.form is None or attempt.phone is None:
            raise ProblemError("step_other", "The form comes first.")
        if attempt.completes is not None and await store.give_phone(
            connection, attempt.completes, attempt.world, attempt.phone, attempt.form
        ):
            await self._audit.note(
                connection,
                actor=attempt.completes,
                action="profile.completed",
                subject=attempt.completes,
                address=address,
            )
            return attempt.completes
        return await self._profiles.create_in(connection, attempt.world, attempt.phone, attempt.form, address=address)

    def _parent_decides(self, form: Form) -> bool:
        return consents.parent_decides(form.birth_date, store.day(self._clock()))
