"""Profiles: read, change, consent, split, export, delete. In: ids, forms. Out: profiles.

Whoever else keeps something about profiles joins `holders`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.audit import Audit
from identity.core import consent_texts, consents, ids
from identity.core import profiles as rules
from identity.core.claims import World
from identity.core.consents import Consent, ConsentText, newest
from identity.core.ids import ID_BYTES
from identity.core.moments import moment
from identity.core.profiles import Form, Profile
from identity.core.refusals import ProblemError
from identity.oidc import store as outside_store
from identity.ports import Database, Holder
from identity.sessions import ProfileSessions
from identity.store import audit as audit_store
from identity.store import profiles as store

MAX_EXPORTED = 10_000  # entries of the audit log in an export: years of daily use


class Profiles:
    """Methods that take a connection work within the caller's transaction."""

    def __init__(
        self,
        database: Database,
        sessions: ProfileSessions,
        audit: Audit,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
        operator: str,
    ) -> None:
        self.holders: list[Holder] = []
        self.consent_text: ConsentText = consent_texts.current(operator)
        self._database = database
        self._sessions = sessions
        self._audit = audit
        self._clock = clock
        self._random = random

    async def get(self, profile: str) -> Profile | None:
        """A profile by its id."""
        async with self._database.read() as connection:
            return await self.get_in(connection, profile)

    async def get_in(self, connection: AsyncConnection, profile: str) -> Profile | None:
        """The same within a transaction."""
        return await store.by_id(connection, profile, self.consent_text.version, self._clock())

    async def by_phone_in(self, connection: AsyncConnection, world: World, phone: str) -> Profile | None:
        """The profile of a phone."""
        return await store.by_phone(connection, world, phone, self.consent_text.version, self._clock())

    def checked(self, form: Form) -> Form:
        """The form as it may be kept. Raises ProblemError."""
        return rules.checked(form, store.day(self._clock()))

    async def create_in(
        self, connection: AsyncConnection, world: World, phone: str | None, form: Form, *, address: str = ""
    ) -> str:
        """The id of a new profile. Raises IntegrityError when the phone has one."""
        profile = ids.make("prf", self._random(ID_BYTES))
        await store.add(connection, profile, world, phone, form, self._clock())
        await self._audit.note(connection, actor=profile, action="profile.created", subject=profile, address=address)
        return profile

    async def change(self, profile: str, form: Form, *, address: str = "") -> Profile:
        """Its owner corrects the form. Raises ProblemError."""
        async with self._database.write() as connection:
            await self.change_in(connection, profile, self.checked(form), address=address)
            return await self._known(connection, profile)

    async def change_in(self, connection: AsyncConnection, profile: str, form: Form, *, address: str = "") -> None:
        """Keep a checked form."""
        await store.change_form(connection, profile, form)
        await self._audit.note(connection, actor=profile, action="profile.changed", subject=profile, address=address)

    async def consent_in(self, connection: AsyncConnection, profile: str, *, by: str, address: str = "") -> None:
        """Keep the consent of `by` (the owner, or a parent) to the text of today; once is enough."""
        known = newest(await store.consents_of(connection, profile))
        text = self.consent_text
        if known is not None and known.withdrawn_at is None and known.version == text.version:
            return
        made = Consent(ids.make("cns", self._random(ID_BYTES)), profile, by, text.version, self._clock(), None)
        await store.add_consent(connection, made, text.hash)
        await self._audit.note(
            connection,
            actor=by,
            action="consent.given",
            subject=profile,
            details={"version": text.version, "text_hash": text.hash},
            address=address,
        )

    async def consent_for_child(
        self, connection: AsyncConnection, child: str, *, by: str, version: str, address: str = ""
    ) -> None:
        """A parent consents for a child under 14. The caller knows that `by` is the parent. Raises ProblemError
        `consent_outdated` (another text by now), `consent_not_yours` (the child decides alone), `profile_unknown`."""
        if version != self.consent_text.version:
            raise ProblemError("consent_outdated", "Read the text again: it has changed.")
        if not self.parent_decides(await self._known(connection, child)):
            raise ProblemError("consent_not_yours", "From the age of 14 one consents oneself.")
        await self.consent_in(connection, child, by=by, address=address)

    async def withdraw_in(self, connection: AsyncConnection, profile: str, *, by: str, address: str = "") -> None:
        """End the consent about a profile, and every session of it. Raises ProblemError `consent_not_yours`: a parent
        (`by` another profile; the caller knows that it is the parent) decides until 14, the owner from then on."""
        known = await self._known(connection, profile)
        if self.parent_decides(known) != (by != profile):
            raise ProblemError("consent_not_yours", "Until the age of 14 a parent decides, then the person alone.")
        if not await store.withdraw(connection, profile, by, self._clock()):
            return
        await self._sessions.end_in(connection, profile)
        await self._audit.note(connection, actor=by, action="consent.withdrawn", subject=profile, address=address)

    async def consent_of(self, connection: AsyncConnection, profile: str) -> Consent | None:
        """The consent about a profile that counts, withdrawn or not."""
        return newest(await store.consents_of(connection, profile))

    def parent_decides(self, profile: Profile) -> bool:
        """Is the owner too young to consent?"""
        return consents.parent_decides(profile.birth_date, store.day(self._clock()))

    async def consents(self, profile: str) -> Sequence[Consent]:
        """Every consent about a profile, the oldest first."""
        async with self._database.read() as connection:
            return await store.consents_of(connection, profile)

    async def split(self, connection: AsyncConnection, profile: str, form: Form, *, by: str, address: str = "") -> str:
        """A new profile without a phone for a child who was registered on somebody's phone (A19), as `by` decides.

        The phone's owner is asked to check the form at the next sign-in, and is signed out everywhere: the child may
        be signed in as them. Out: the new profile's id; who signs in with an invitation to it gives it a phone.
        """
        known = await self._known(connection, profile)
        made = ids.make("prf", self._random(ID_BYTES))
        await store.add(connection, made, known.world, None, self.checked(form), self._clock())
        await store.ask_to_check(connection, profile)
        if await store.withdraw(connection, profile, by, self._clock()):  # it was about the child
            await self._audit.note(connection, actor=by, action="consent.withdrawn", subject=profile, address=address)
        await self._sessions.end_in(connection, profile)
        await store.forget_devices(connection, profile)
        return made

    async def delete(self, profile: str, *, by: str, school: str | None = None, address: str = "") -> None:
        """Delete what is known of a person. The audit log keeps the ids. Raises ProblemError."""
        async with self._database.write() as connection:
            await self.delete_in(connection, profile, by=by, school=school, address=address)

    async def delete_in(
        self, connection: AsyncConnection, profile: str, *, by: str, school: str | None = None, address: str = ""
    ) -> None:
        """The same within a transaction."""
        await self._known(connection, profile)
        for holder in self.holders:
            await holder.forget(connection, profile)
        await store.remove(connection, profile)
        await audit_store.forget_addresses(connection, profile)
        await self._audit.note(
            connection,
            actor=by,
            action="profile.deleted",
            subject=profile,
            school=school,
            address="" if by == profile else address,
        )

    async def export(self, profile: str) -> dict[str, Any]:
        """Everything that is held about a person, as JSON. Raises ProblemError."""
        async with self._database.read() as connection:
            known = await self._known(connection, profile)
            held = _about(known, await store.consents_of(connection, profile))
            entries = await audit_store.page(connection, school=None, about=profile, before=None, limit=MAX_EXPORTED)
            held["outside_providers"] = await outside_store.providers_of(connection, profile)
            for holder in self.holders:
                held |= await holder.export(connection, profile)
        held["devices"] = [
            {"title": session.title, "created_at": moment(session.created_at), "seen_at": moment(session.seen_at)}
            for session in await self._sessions.devices(profile)
        ]
        held["audit"] = [
            {"at": moment(entry.at), "action": entry.action, "subject": entry.subject, "address": entry.address}
            for entry in entries
        ]
        return held

    async def _known(self, connection: AsyncConnection, profile: str) -> Profile:
        known = await self.get_in(connection, profile)
        if known is None:
            raise ProblemError("profile_unknown", "There is no such profile.")
        return known


def _about(profile: Profile, known: Sequence[Consent]) -> dict[str, Any]:
    return {
        "profile": {
            "id": profile.id,
            "family_name": profile.family_name,
            "given_name": profile.given_name,
            "patronymic": profile.patronymic,
            "birth_date": profile.birth_date.isoformat(),
            "gender": profile.gender,
            "phone": profile.phone,
            "created_at": moment(profile.created_at),
            "has_password": profile.has_password,
        },
        "consents": [
            {
                "by": consent.by_profile,
                "version": consent.version,
                "at": moment(consent.at),
                "withdrawn_at": None if consent.withdrawn_at is None else moment(consent.withdrawn_at),
            }
            for consent in known
        ],
    }
