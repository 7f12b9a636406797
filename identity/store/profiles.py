"""Profiles and their consents in SQL. In: an open transaction and values. Out: values."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core import consents
from identity.core.claims import World
from identity.core.consents import Consent
from identity.core.profiles import Form, Profile
from identity.store.tables import CONSENTS, DEVICES, PROFILES


def day(now: float) -> date:
    """The day in UTC."""
    return datetime.fromtimestamp(now, UTC).date()


async def by_id(connection: AsyncConnection, profile: str, version: str, now: float) -> Profile | None:
    """A profile, with the state of its consent to the text's `version`."""
    row = (await connection.execute(select(PROFILES).where(PROFILES.c.id == profile))).one_or_none()
    return await _profile(connection, row, version, now) if row else None


async def by_phone(connection: AsyncConnection, world: World, phone: str, version: str, now: float) -> Profile | None:
    """The one profile of a phone."""
    query = select(PROFILES).where(PROFILES.c.world == world, PROFILES.c.phone == phone)
    row = (await connection.execute(query)).one_or_none()
    return await _profile(connection, row, version, now) if row else None


async def add(
    connection: AsyncConnection, profile: str, world: World, phone: str | None, form: Form, now: float
) -> None:
    """A new profile. Raises IntegrityError when the phone has one."""
    values = {"id": profile, "world": world, "phone": phone, "check_form": False, "created_at": now}
    await connection.execute(insert(PROFILES).values(**values, **_columns(form)))


async def change_form(connection: AsyncConnection, profile: str, form: Form) -> None:
    """Write a form that its owner has checked."""
    await _change(connection, profile, check_form=False, **_columns(form))


async def ask_to_check(connection: AsyncConnection, profile: str) -> None:
    """The owner is asked to check the form at the next sign-in."""
    await _change(connection, profile, check_form=True)


async def give_phone(connection: AsyncConnection, profile: str, world: World, phone: str, form: Form) -> bool:
    """Complete a profile of this world that has no phone; False when it has one by now. Raises IntegrityError as
    `add`."""
    mine = (PROFILES.c.id == profile, PROFILES.c.world == world, PROFILES.c.phone.is_(None))
    query = update(PROFILES).where(*mine)
    done = await connection.execute(query.values(phone=phone, check_form=False, **_columns(form)))
    return bool(done.rowcount)


async def password(connection: AsyncConnection, profile: str) -> str | None:
    """The hash of the profile's password."""
    found: str | None = await connection.scalar(select(PROFILES.c.password).where(PROFILES.c.id == profile))
    return found


async def password_of_phone(connection: AsyncConnection, world: World, phone: str) -> tuple[str, str | None] | None:
    """The profile of a phone and the hash of its password."""
    query = select(PROFILES.c.id, PROFILES.c.password).where(PROFILES.c.world == world, PROFILES.c.phone == phone)
    row = (await connection.execute(query)).one_or_none()
    return (row.id, row.password) if row else None


async def set_password(connection: AsyncConnection, profile: str, hashed: str | None) -> None:
    """Keep another password, or none."""
    await _change(connection, profile, password=hashed)


async def remove(connection: AsyncConnection, profile: str) -> bool:
    """Delete a profile; what refers to it goes with it."""
    return bool((await connection.execute(delete(PROFILES).where(PROFILES.c.id == profile))).rowcount)


async def consents_of(connection: AsyncConnection, profile: str) -> Sequence[Consent]:
    """Every consent about a profile, the oldest first."""
    query = select(CONSENTS).where(CONSENTS.c.profile == profile).order_by(CONSENTS.c.at, CONSENTS.c.id)
    return [_consent(row) for row in await connection.execute(query)]


async def add_consent(connection: AsyncConnection, consent: Consent, text_hash: str) -> None:
    """Keep a consent."""
    await connection.execute(
        insert(CONSENTS).values(
            id=consent.id,
            profile=consent.profile,
            by_profile=consent.by_profile,
            version=consent.version,
            text_hash=text_hash,
            at=consent.at,
        )
    )


async def withdraw(connection: AsyncConnection, profile: str, by: str, now: float) -> bool:
    """End every consent about a profile; False when none stands."""
    query = update(CONSENTS).where(CONSENTS.c.profile == profile, CONSENTS.c.withdrawn_at.is_(None))
    return bool((await connection.execute(query.values(withdrawn_at=now, withdrawn_by=by))).rowcount)


async def know_device(connection: AsyncConnection, hashed: str, profile: str, expires_at: float) -> None:
    """Remember a browser in which the profile's owner has proved who they are."""
    mine = (DEVICES.c.hash == hashed, DEVICES.c.profile == profile)
    if not (await connection.execute(update(DEVICES).where(*mine).values(expires_at=expires_at))).rowcount:
        await connection.execute(insert(DEVICES).values(hash=hashed, profile=profile, expires_at=expires_at))


async def device_known(connection: AsyncConnection, hashed: str, profile: str, now: float) -> bool:
    """Has the profile's owner proved who they are in this browser before?"""
    query = select(DEVICES.c.hash).where(
        DEVICES.c.hash == hashed, DEVICES.c.profile == profile, DEVICES.c.expires_at > now
    )
    return (await connection.execute(query)).one_or_none() is not None


async def forget_devices(connection: AsyncConnection, profile: str) -> None:
    """No browser is known any more."""
    await connection.execute(delete(DEVICES).where(DEVICES.c.profile == profile))


async def _change(connection: AsyncConnection, profile: str, **values: object) -> None:
    await connection.execute(update(PROFILES).where(PROFILES.c.id == profile).values(**values))


async def _profile(connection: AsyncConnection, row: Row[tuple[object, ...]], version: str, now: float) -> Profile:
    known = await consents_of(connection, row.id)
    return Profile(
        id=row.id,
        family_name=row.family_name,
        given_name=row.given_name,
        patronymic=row.patronymic,
        birth_date=row.birth_date,
        gender=row.gender,
        phone=row.phone,
        world=row.world,
        created_at=row.created_at,
        consent=consents.state(known, version, row.birth_date, day(now)),
        has_password=row.password is not None,
        check_form=row.check_form,
    )


def _columns(form: Form) -> dict[str, object]:
    return {
        "family_name": form.family_name,
        "given_name": form.given_name,
        "patronymic": form.patronymic,
        "birth_date": form.birth_date,
        "gender": form.gender,
    }


def _consent(row: Row[tuple[object, ...]]) -> Consent:
    return Consent(row.id, row.profile, row.by_profile, row.version, row.at, row.withdrawn_at)
