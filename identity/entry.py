"""Signing in, step by step. In: what a browser sends. Out: the state of its attempt, at the end a session.

An attempt belongs to one browser, which holds its secret; the secret changes with each proof.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.attempts import Attempts
from identity.codes import Codes
from identity.config import IdentityConfig
from identity.core import limits as rules
from identity.core import phones, states
from identity.core.attempts import HOME, Attempt, link_code, own_path
from identity.core.profiles import Form
from identity.core.refusals import ProblemError
from identity.core.states import State
from identity.core.tokens import digest
from identity.finish import Finish
from identity.limits import Limits
from identity.messages import Messages
from identity.passwords import Passwords
from identity.ports import Browser, Database, Invitations
from identity.profiles import Profiles
from identity.sessions import ProfileSessions
from identity.store import profiles as profile_store


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step leads to. Secrets are for the browser's cookies; "" leaves a cookie as it is."""

    state: State
    attempt: str = ""
    session: str = ""
    device: str = ""


class Entry:
    """All methods raise ProblemError. `secret` is the browser's attempt, "" when it shows none.

    `invitations` is set by who keeps link codes.
    """

    def __init__(
        self,
        database: Database,
        config: IdentityConfig,
        *,
        attempts: Attempts,
        profiles: Profiles,
        sessions: ProfileSessions,
        finish: Finish,
        codes: Codes,
        messages: Messages,
        passwords: Passwords,
        limits: Limits,
        clock: Callable[[], float],
    ) -> None:
        self.invitations: Invitations | None = None
        self._database = database
        self._config = config
        self._attempts = attempts
        self._profiles = profiles
        self._sessions = sessions
        self._finish = finish
        self._codes = codes
        self._messages = messages
        self._passwords = passwords
        self._limits = limits
        self._clock = clock

    async def open(self, secret: str, session: str, next_path: str, link: str, browser: Browser) -> Outcome:
        """Where the browser stands; a browser that has not begun begins. `next_path` and `link` are as they were asked
        for: what is none of ours is left out. Another link code is another attempt."""
        following, code = own_path(next_path), link_code(link)
        if await self._sessions.of(session) is not None:
            return Outcome(states.signed_in(following, self._config.support))
        async with self._database.read() as connection:
            known = await self._attempts.of(connection, secret, for_update=False)
            if known is not None and (not next_path or following == known.next) and code in (None, known.link):
                state = await self._attempts.state(connection, known)
                if state.step != "done":
                    return Outcome(state)
        invitation = await self.invitations.invitation(code) if code and self.invitations else None
        async with self._database.write() as connection:
            known = await self._attempts.of(connection, secret)
            if known is not None and code in (None, known.link):
                known = replace(known, next=following)
                if await self._attempts.step(connection, known) == "done":  # another browser has done what was left
                    return await self._finished(connection, known, browser, consented=False)
                return await self._kept(connection, secret, known)
            await self._limits.take(connection, rules.ATTEMPTS_ADDRESS, rules.network(browser.address))
            begun = replace(
                self._attempts.new(invitation.world if invitation else "live"),
                next=following,
                link=code,
                completes=invitation.profile if invitation else None,
            )
            made = await self._attempts.add(connection, begun)
            return Outcome(await self._attempts.state(connection, begun), attempt=made)

    async def phone(self, secret: str, typed: str, intent: Literal["continue", "create"], browser: Browser) -> Outcome:
        """A phone is named. A browser in which its owner has proved themselves may enter their password; everybody else
        gets a code, whether the phone has a profile or not. The same phone again gets no second code too soon."""
        phone = phones.parse(typed, self._config.region)
        async with self._database.write() as connection:
            attempt = await self._attempts.at(connection, secret, "phone", "code", "password")
            same = attempt.phone == phone
            attempt = replace(
                attempt,
                phone=phone,
                intent=intent,
                ask_password=await self._password_known(connection, attempt, phone, browser),
            )
            if not attempt.ask_password and not (same and self._codes.usable(attempt)):
                send = self._codes.resend if same else self._codes.send
                attempt = await send(connection, secret, attempt, browser.address)
            outcome = await self._kept(connection, secret, attempt)
        self._messages.wake()
        return outcome

    async def resend(self, secret: str, browser: Browser) -> Outcome:
        """Another code, or a code instead of the password."""
        async with self._database.write() as connection:
            attempt = await self._attempts.at(connection, secret, "code", "password")
            attempt = await self._codes.resend(connection, secret, attempt, browser.address)
            outcome = await self._kept(connection, secret, replace(attempt, ask_password=False))
        self._messages.wake()
        return outcome

    async def code(self, secret: str, code: str, browser: Browser) -> Outcome:
        """A code is entered."""
        async with self._database.write() as connection:
            attempt = await self._attempts.at(connection, secret, "code")
            attempt, problem = await self._codes.guess(connection, secret, attempt, code, browser.address)
            if problem is None:
                return await self.proved(connection, attempt, browser)
            await self._attempts.save(connection, secret, attempt)
        raise problem

    async def password(self, secret: str, typed: str | None, password: str, browser: Browser) -> Outcome:
        """A password instead of a code (A12). A phone without a profile and a wrong password cost and say the same."""
        phone = phones.parse(typed, self._config.region) if typed is not None else None
        async with self._database.write() as connection:
            attempt = await self._attempts.at(connection, secret, "phone", "code", "password")
            phone = phone or attempt.phone
            if phone is None:
                raise ProblemError("phone_invalid", "Which phone?")
            await self._limits.take(connection, rules.PASSWORDS_PHONE, f"{attempt.world} {phone}")
            await self._limits.take(connection, rules.PASSWORDS_ADDRESS, rules.network(browser.address))
            found = await profile_store.password_of_phone(connection, attempt.world, phone)
        hashed = found[1] if found else None
        if not await self._passwords.fits(hashed, password):
            raise ProblemError("password_wrong", "No profile has this phone and password.")
        better = await self._passwords.hash(password) if hashed and self._passwords.outdated(hashed) else None
        async with self._database.write() as connection:
            # Where it was while we hashed, and with the password it had: another request may have changed both.
            attempt = await self._attempts.at(connection, secret, "phone", "code", "password")
            again = await profile_store.password_of_phone(connection, attempt.world, phone)
            if again is None or again != found:
                raise ProblemError("password_wrong", "The password was changed at this moment.")
            if better is not None:
                await profile_store.set_password(connection, again[0], better)
            intent = attempt.intent or "continue"
            return await self.proved(connection, replace(attempt, phone=phone, intent=intent, proved=True), browser)

    async def back(self, secret: str) -> Outcome:
        """One step back: from the consent to the form; from the form, giving up what was proved, or from the code to
        the phone."""
        async with self._database.write() as connection:
            attempt = await self._attempts.at(connection, secret, "phone", "code", "password", "form", "consent")
            if await self._attempts.step(connection, attempt) == "consent" and attempt.form is not None:
                return await self._kept(connection, secret, replace(attempt, form=None))
            if not attempt.proved:
                return await self._kept(connection, secret, replace(attempt, intent="", ask_password=False))
            begun = replace(attempt, intent="", phone=None, proved=False, ask_password=False, form=None, outside=None)
            made = await self._attempts.rotate(connection, begun)
            return Outcome(await self._attempts.state(connection, begun), attempt=made)

    async def form(self, secret: str, form: Form, browser: Browser) -> Outcome:
        """The form, filled in or checked."""
        async with self._database.write() as connection:
            attempt = await self._attempts.at(connection, secret, "form", "done")
            attempt = replace(attempt, form=self._profiles.checked(form))
            if await self._attempts.step(connection, attempt) == "done":
                return await self._finished(connection, attempt, browser, consented=False)
            return await self._kept(connection, secret, attempt)

    async def consent(self, secret: str, version: str, browser: Browser) -> Outcome:
        """The text of this version is accepted; who is too young has read that a parent will be asked."""
        if version != self._profiles.consent_text.version:
            raise ProblemError("consent_outdated", "Read the text again: it has changed.")
        try:
            return await self._consented(secret, browser)
        except IntegrityError:  # another browser has made this phone's profile since we looked: now it is known
            return await self._consented(secret, browser)

    async def proved(self, connection: AsyncConnection, attempt: Attempt, browser: Browser) -> Outcome:
        """The attempt proves its phone from now on: under a new secret, or as a session when nothing is left to do."""
        if await self._attempts.step(connection, attempt) == "done":
            return await self._finished(connection, attempt, browser, consented=False)
        made = await self._attempts.rotate(connection, attempt)
        return Outcome(await self._attempts.state(connection, attempt), attempt=made)

    async def _consented(self, secret: str, browser: Browser) -> Outcome:
        async with self._database.write() as connection:
            attempt = await self._attempts.at(connection, secret, "consent", "done")
            return await self._finished(connection, attempt, browser, consented=True)

    async def _finished(
        self, connection: AsyncConnection, attempt: Attempt, browser: Browser, *, consented: bool
    ) -> Outcome:
        done = await self._finish.finish(connection, attempt, browser, consented=consented)
        return Outcome(
            states.signed_in(attempt.next or HOME, self._config.support), session=done.session, device=done.device
        )

    async def _kept(self, connection: AsyncConnection, secret: str, attempt: Attempt) -> Outcome:
        await self._attempts.save(connection, secret, attempt)
        return Outcome(await self._attempts.state(connection, attempt))

    async def _password_known(
        self, connection: AsyncConnection, attempt: Attempt, phone: str, browser: Browser
    ) -> bool:
        """Has the phone's owner a password, and proved themselves in this browser before? Asked in the same way for
        every phone."""
        found = await profile_store.password_of_phone(connection, attempt.world, phone)
        profile, hashed = found or ("", None)
        known = await profile_store.device_known(connection, digest(browser.device), profile, self._clock())
        return known and hashed is not None
