"""A school's own pages: who has linked and who has not, invitations on paper, and mending what went wrong.

In: a signed-in profile and what it asks. Out: lists, codes. An administrator is who the journal names; a class's head
teacher sees the invitations of that class only. To anybody else a school does not exist.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.audit import AuditPage
from identity.core.claims import Role
from identity.core.profiles import Form, Profile
from identity.ports import Database
from identity.service import Identity
from journal_bridge.attendance import AttendanceBook
from journal_bridge.core import cursors
from journal_bridge.core.problems import FieldError, ProblemError
from journal_bridge.linking.codes import Code, LinkCodes
from journal_bridge.linking.links import Linking
from journal_bridge.store import links as link_store
from journal_bridge.store import school_people as store
from journal_bridge.store import schools
from journal_bridge.store.school_people import ClassCounted, Counted, Line, Wanted
from journal_bridge.store.schools import Named


@dataclass(frozen=True, slots=True)
class Overview:
    """The school's first page."""

    school: Named
    counts: Mapping[Role, Counted]
    classes: Sequence[ClassCounted]


@dataclass(frozen=True, slots=True)
class Listed:
    """A person of the list, with what is shown beside the name."""

    line: Line
    class_titles: tuple[str, ...]
    phone: str | None
    family: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """One person's invitation, for a sheet to print."""

    line: Line
    code: Code


@dataclass(frozen=True, slots=True)
class Log:
    """A page of the school's audit log, and what the ids in it are called."""

    page: AuditPage
    names: Mapping[str, str]


class Schools:
    """All methods raise ProblemError; `by` is the signed-in profile."""

    def __init__(
        self,
        database: Database,
        identity: Identity,
        linking: Linking,
        codes: LinkCodes,
        attendance: AttendanceBook,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._identity = identity
        self._linking = linking
        self._codes = codes
        self._attendance = attendance
        self._clock = clock

    async def overview(self, by: Profile, school: str) -> Overview:
        """Who has linked and who has not, by role and by class (B14)."""
        async with self._database.read() as connection:
            named = await self._administered(connection, by, school)
            return Overview(named, await store.counts(connection, school), await store.classes(connection, school))

    async def people(
        self, by: Profile, school: str, wanted: Wanted, *, limit: int, after: str | None
    ) -> tuple[Sequence[Listed], str | None]:
        """The school's people by name, and the cursor that leads on."""
        place = cursors.decode_key(after, 3) if after else None
        start = (place[0], place[1], place[2]) if place else None
        async with self._database.read() as connection:
            await self._administered(connection, by, school)
            found = await store.listed(connection, school, wanted, after=start, limit=limit + 1)
            shown = found[:limit]
            ids = [line.id for line in shown]
            titles = await store.class_titles(connection, school, ids)
            family = await store.family(connection, school, ids)
            listed = [
                Listed(line, titles.get(line.id, ()), await self._phone(connection, line), family.get(line.id, ()))
                for line in shown
            ]
        last = shown[-1] if len(found) > limit else None
        return listed, cursors.encode_key(last.family_name, last.given_name, last.id) if last else None

    async def invite(self, by: Profile, school: str, person: str, *, address: str) -> Code:
        """A code on paper for somebody who has not linked yet; a living one is given again."""
        async with self._database.write() as connection:
            await self._administered(connection, by, school)
            line = await self._person_in_hand(connection, by, school, person)
            await self._check_uninvited(connection, line)
            code = (await self._invitations(connection, [line]))[0].code
            await self._note(connection, by, "invitation.made", line.id, school, address)
            return code

    async def invite_class(
        self, by: Profile, school: str, class_id: str, *, address: str
    ) -> tuple[str, Sequence[Slip]]:
        """The class's title, and codes for its pupils and their parents who have not linked yet."""
        async with self._database.write() as connection:
            title = await self._may_invite(connection, by, school, class_id)
            unlinked = [line for line in await store.of_class(connection, class_id) if line.linked_at is None]
            slips = await self._invitations(connection, unlinked)
            await self._note(connection, by, "invitations.printed", class_id, school, address)
            return title, slips

    async def unlink(self, by: Profile, school: str, person: str, *, address: str) -> None:
        """The person has no profile any more; repeating changes nothing."""
        async with self._database.write() as connection:
            await self._administered(connection, by, school)
            line = await self._person_in_hand(connection, by, school, person)
            await self._linking.end(connection, [line.id], reason="school", actor=by.id, address=address)

    async def export(self, by: Profile, school: str, person: str, *, address: str) -> dict[str, Any]:
        """What is held of a person: the roster's words, and the profile when it is nobody elsewhere."""
        async with self._database.write() as connection:
            await self._administered(connection, by, school)
            line = await self._person(connection, school, person)
            titles = await store.class_titles(connection, school, [line.id])
            own = line.profile is not None and await self._ours_alone(connection, school, line.profile)
            await self._note(connection, by, "person.exported", line.id, school, address)
        roster = {
            "id": line.id,
            "ext_id": line.ext_id,
            "role": line.role,
            "family_name": line.family_name,
            "given_name": line.given_name,
            "patronymic": line.patronymic,
            "classes": list(titles.get(line.id, ())),
        }
        profile = await self._identity.profiles.export(line.profile) if own and line.profile else None
        return {"roster": roster, "profile": profile}

    async def erase(self, by: Profile, school: str, person: str, confirm: str, *, address: str) -> None:
        """Delete the person's profile, link and attendance; `confirm` is the family name, typed once more.

        The roster is the journal's: it removes the person there. A profile that is somebody outside this school as well
        stays and loses this link only.
        """
        async with self._database.write() as connection:
            await self._administered(connection, by, school)
            line = await self._person_in_hand(connection, by, school, person)
            if confirm.strip().casefold() != line.family_name.casefold():
                raise ProblemError(
                    "confirmation_wrong",
                    "Type the person's family name.",
                    errors=[FieldError("confirm", "wrong", "It is not the family name.")],
                )
            alone = line.profile is not None and await self._ours_alone(connection, school, line.profile)
            await self._attendance.forget(connection, line.id)
            await self._linking.end(connection, [line.id], reason="erased", actor=by.id, address=address)
            if alone and line.profile is not None:
                await self._identity.profiles.delete_in(
                    connection, line.profile, by=by.id, school=school, address=address
                )
            await self._note(connection, by, "person.erased", line.id, school, address)

    async def split(self, by: Profile, school: str, person: str, form: Form, *, address: str) -> Code:
        """This person was registered on somebody else's phone (A19): they get a profile of their own, whose owner
        completes it with the code; the phone's owner checks their own form at the next sign-in."""
        async with self._database.write() as connection:
            await self._administered(connection, by, school)
            line = await self._person_in_hand(connection, by, school, person)
            link = await link_store.of_person(connection, line.id)
            known = await self._identity.profiles.get_in(connection, link.profile) if link is not None else None
            if link is None or known is None or not known.complete:
                raise ProblemError("person_unlinked", "There is no profile to take the person out of.")
            made = await self._identity.profiles.split(connection, known.id, form, by=by.id, address=address)
            await self._linking.move(connection, link, made, actor=by.id, address=address)
            await self._note(connection, by, "profile.split", line.id, school, address)
            return (await self._invitations(connection, [line]))[0].code

    async def log(self, by: Profile, school: str, *, before: int | None, limit: int) -> Log:
        """What was done in the school, the newest first."""
        async with self._database.read() as connection:
            await self._administered(connection, by, school)
        page = await self._identity.audit.page(school=school, before=before, limit=limit)
        ids = {one for entry in page.entries for one in (entry.actor, entry.subject)}
        async with self._database.read() as connection:
            return Log(page, await store.names(connection, ids))

    # -- rights

    async def _administered(self, connection: AsyncConnection, by: Profile, school: str) -> Named:
        named = await schools.named(connection, school)
        people = [link.person for link in await link_store.of_profile(connection, by.id)]
        mine = await schools.administered_by(connection, people)
        if named is None or all(one != school for one, _ in mine):
            raise ProblemError("school_unknown", "You administer no such school.")
        return named

    async def _may_invite(self, connection: AsyncConnection, by: Profile, school: str, class_id: str) -> str:
        """The class's title; its head teacher may as well."""
        people = [link.person for link in await link_store.of_profile(connection, by.id)]
        for headed in await schools.headed_by(connection, people):
            if (headed.id, headed.school) == (class_id, school):
                return headed.title
        await self._administered(connection, by, school)
        for one in await store.classes(connection, school):
            if one.id == class_id:
                return one.title
        raise ProblemError("class_unknown", "There is no such class in the school.")

    async def _person(self, connection: AsyncConnection, school: str, person: str) -> Line:
        line = await store.belongs(connection, school, person)
        if line is None:
            raise ProblemError("person_unknown", "There is no such person in the school.")
        return line

    async def _person_in_hand(self, connection: AsyncConnection, by: Profile, school: str, person: str) -> Line:
        """A person about whom `by` may decide. Whoever could be invited, or taken out of their profile, in the place of
        another school's administrator would be that administrator."""
        line = await self._person(connection, school, person)
        mine = [link.person for link in await link_store.of_profile(connection, by.id)]
        known = {one for one, _ in await schools.administered_by(connection, mine)}
        if any(one not in known for one, _ in await schools.administered_by(connection, [line.id])):
            raise ProblemError("person_elsewhere", "The journal decides about this person's link.")
        return line

    # -- what several share

    async def _invitations(self, connection: AsyncConnection, lines: Sequence[Line]) -> list[Slip]:
        known = await link_store.invitations(connection, [line.id for line in lines], self._clock())
        members = await schools.people(connection, [line.id for line in lines])
        slips = []
        for line in lines:
            living = known.get(line.id)
            code = Code(*living) if living else await self._codes.invite(connection, members[line.id])
            slips.append(Slip(line, code))
        return slips

    async def _check_uninvited(self, connection: AsyncConnection, line: Line) -> None:
        """Only who has no profile, or one that waits for its owner, needs a code."""
        if line.profile is None:
            return
        profile = await self._identity.profiles.get_in(connection, line.profile)
        if profile is None or profile.complete:
            raise ProblemError("person_linked", "The person has linked already.")

    async def _ours_alone(self, connection: AsyncConnection, school: str, profile: str) -> bool:
        """Is the profile nobody outside this school?"""
        links = await link_store.of_profile(connection, profile)
        return all([await store.belongs(connection, school, link.person) is not None for link in links])

    async def _phone(self, connection: AsyncConnection, line: Line) -> str | None:
        profile = await self._identity.profiles.get_in(connection, line.profile) if line.profile else None
        return profile.phone if profile is not None else None

    async def _note(
        self, connection: AsyncConnection, by: Profile, action: str, subject: str, school: str, address: str
    ) -> None:
        await self._identity.audit.note(
            connection, actor=by.id, action=action, subject=subject, school=school, address=address
        )
