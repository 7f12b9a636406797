"""Attempts to sign in as a browser meets them: its secret, how far it has come, what it is shown.

In: an open transaction, the browser's secret. Out: attempts, states.
"""

from collections.abc import Callable
from dataclasses import replace

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.config import IdentityConfig
from identity.core import consents, ids, states, wizard
from identity.core.attempts import ATTEMPT_SECONDS, Attempt, Prefill, prefill_of
from identity.core.claims import World
from identity.core.ids import ID_BYTES
from identity.core.profiles import Profile
from identity.core.refusals import ProblemError
from identity.core.states import ProviderShown, State
from identity.core.tokens import TOKEN_BYTES, digest, token
from identity.core.wizard import Progress, StepName
from identity.profiles import Profiles
from identity.store import attempts as store
from identity.store.profiles import day


class Attempts:
    """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""

    def __init__(
        self,
        profiles: Profiles,
        config: IdentityConfig,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._profiles = profiles
        self._config = config
        self._clock = clock
        self._random = random

    def new(self, world: World = "live") -> Attempt:
        """An attempt that nobody has begun yet."""
        return Attempt(ids.make("att", self._random(ID_BYTES)), world, self._clock() + ATTEMPT_SECONDS)

    async def add(self, connection: AsyncConnection, attempt: Attempt) -> str:
        """Begin; the secret for the browser."""
        await store.forget_expired(connection, self._clock())
        secret = token(self._random(TOKEN_BYTES))
        await store.add(connection, digest(secret), attempt)
        return secret

    async def of(self, connection: AsyncConnection, secret: str, *, for_update: bool = True) -> Attempt | None:
        """The living attempt of a secret."""
        found = await store.by_hash(connection, digest(secret), for_update=for_update) if secret else None
        return found if found is not None and self._clock() < found.expires_at else None

    async def at(self, connection: AsyncConnection, secret: str, *steps: StepName) -> Attempt:
        """The living attempt that is at one of these steps. Raises ProblemError `step_other` with the state."""
        attempt = await self.of(connection, secret)
        state = states.nobody(self._config.support) if attempt is None else await self.state(connection, attempt)
        if attempt is None or state.step not in steps:
            raise ProblemError("step_other", f"Now is {state.step}.", extra={"state": msgspec.to_builtins(state)})
        return attempt

    async def save(self, connection: AsyncConnection, secret: str, attempt: Attempt) -> None:
        """Write it down again."""
        await store.save(connection, digest(secret), attempt)

    async def rotate(self, connection: AsyncConnection, attempt: Attempt) -> str:
        """Write it down under a new secret: whoever planted or copied the old one has nothing of what was proved. The
        code goes, which was sealed with the old secret."""
        secret = token(self._random(TOKEN_BYTES))
        await store.save(connection, digest(secret), replace(attempt, code_hash=None))
        return secret

    async def remove(self, connection: AsyncConnection, attempt: Attempt) -> None:
        """It is over."""
        await store.remove(connection, attempt.id)

    async def state(self, connection: AsyncConnection, attempt: Attempt) -> State:
        """What its owner is shown."""
        profile = await self.profile(connection, attempt)
        form = attempt.form or (profile.form if profile else None)
        return states.shown(
            attempt,
            self.progress(attempt, profile),
            support=self._config.support,
            prefill=await self._prefill(connection, attempt, profile),
            text=self._profiles.consent_text,
            by_parent=form is not None and consents.parent_decides(form.birth_date, day(self._clock())),
            providers=tuple(ProviderShown(*provider) for provider in self._config.providers),
        )

    async def step(self, connection: AsyncConnection, attempt: Attempt) -> StepName:
        """What is to be done now."""
        return wizard.current(self.progress(attempt, await self.profile(connection, attempt)))

    async def profile(self, connection: AsyncConnection, attempt: Attempt) -> Profile | None:
        """The profile of the phone, once it is proved."""
        if not attempt.proved or attempt.phone is None:
            return None
        return await self._profiles.by_phone_in(connection, attempt.world, attempt.phone)

    def progress(self, attempt: Attempt, profile: Profile | None) -> Progress:
        """How far it has come, for the table of steps."""
        birth_date = attempt.form.birth_date if attempt.form else profile.birth_date if profile else None
        return Progress(
            intent=attempt.intent,
            proved=attempt.proved,
            by_outside=attempt.outside is not None and attempt.outside.proves_phone,
            ask_password=attempt.ask_password,
            known=profile is not None,
            check_form=profile is not None and profile.check_form,
            form_given=attempt.form is not None,
            consent_open=profile is not None
            and profile.consent != "given"
            and birth_date is not None
            and not consents.parent_decides(birth_date, day(self._clock())),
        )

    async def _prefill(self, connection: AsyncConnection, attempt: Attempt, profile: Profile | None) -> Prefill | None:
        if not attempt.proved:
            return None
        if profile is None and attempt.completes is not None:
            profile = await self._profiles.get_in(connection, attempt.completes)
        if profile is not None:
            return prefill_of(profile.form)
        return attempt.outside.prefill if attempt.outside else None
